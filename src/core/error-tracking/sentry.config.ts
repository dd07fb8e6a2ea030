import type { ConfigType } from '@nestjs/config';
import Joi from 'joi';
import { defineConfig } from '../config/define-config.js';
import { enabledFlag, requiredWhen } from '../config/integration.js';
import { optionalSecretEnv } from '../config/variable.js';

const DSN = /^https?:\/\/\w+@[^\s/@?#]+(\/[^\s?#]+)*\/\d+$/;

export const sentryConfig = defineConfig('sentry', {
  enabled: enabledFlag('SENTRY_ENABLED', 'Tells Sentry of failures of ours, without anything personal'),
  dsn: optionalSecretEnv(
    'SENTRY_DSN',
    requiredWhen('SENTRY_ENABLED', Joi.string().max(500).pattern(DSN, { name: 'a DSN: https://key@host/project' })),
    'Where Sentry takes them: https://key@host/project',
  ),
});

export type SentryConfig = ConfigType<typeof sentryConfig>;

/** What a DSN says. */
export interface Dsn {
  /** Up to the project, which is not a part of it */
  readonly url: string;
  readonly key: string;
  readonly project: string;
}

export function readDsn(dsn: string): Dsn {
  const { origin, pathname, username } = new URL(dsn);
  const slash = pathname.lastIndexOf('/');
  return { url: `${origin}${pathname.slice(0, slash)}`, key: username, project: pathname.slice(slash + 1) };
}
