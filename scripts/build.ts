import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, say } from './environment.ts';

const SOURCES = ['src', 'migrations'];
const SETTINGS = [
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'nest-cli.json',
  'scripts/openapi-plugin.mjs',
];
const FINGERPRINT = join(ROOT, 'dist', '.fingerprint');

/** Builds `dist` unless it is already the build of these very sources. */
export async function ensureBuild(): Promise<void> {
  const fingerprint = fingerprintOfSources();
  if (existsSync(FINGERPRINT) && readFileSync(FINGERPRINT, 'utf8') === fingerprint) return;
  say('building');
  const nest = join(ROOT, 'node_modules', '.bin', 'nest');
  const build = spawn(nest, ['build'], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  // Nobody waits for it when this process ends before.
  process.once('exit', () => build.kill());
  const [code] = (await once(build, 'exit')) as [number | null];
  if (code !== 0) throw new Error('the build failed');
  writeFileSync(FINGERPRINT, fingerprint);
}

/** A module of the build. */
export function built<T>(path: string): Promise<T> {
  return import(pathToFileURL(join(ROOT, 'dist', path)).href) as Promise<T>;
}

function fingerprintOfSources(): string {
  const hash = createHash('sha256');
  for (const path of [...SETTINGS, ...SOURCES.flatMap(filesBelow)].sort()) {
    const { mtimeMs, size } = statSync(join(ROOT, path));
    hash.update(`${path}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest('hex');
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
}
