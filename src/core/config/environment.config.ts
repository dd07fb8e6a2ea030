import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import type { ConfigType } from '@nestjs/config';
import { defineConfig } from './define-config.js';
import { oneOf } from './rules.js';
import { env } from './variable.js';

export const environmentConfig = defineConfig('environment', {
  // Who forgets to set it gets the strict one.
  name: env(
    'NODE_ENV',
    oneOf('development', 'test', 'staging', 'production').default('production'),
    'Where this runs: development, test, staging or production',
  ),
});

export type EnvironmentConfig = ConfigType<typeof environmentConfig>;

/** Only development shows the inside of a failure to the caller. */
export const showsInternals = (config: EnvironmentConfig): boolean => config.name === 'development';

/** Name and version of the application, from package.json. */
export const application = readPackage();

function readPackage(): { readonly name: string; readonly version: string } {
  const path = findPackageJSON(import.meta.url);
  if (path === undefined) throw new Error('There is no package.json above the build.');
  const { name, version } = JSON.parse(readFileSync(path, 'utf8')) as { name: string; version: string };
  return { name, version };
}
