import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { Cluster } from '../scripts/embedded-postgres/cluster.ts';
import { findRunner } from '../scripts/embedded-postgres/runner.ts';
import { ensureBuild } from '../scripts/build.ts';
import { ROOT } from '../scripts/environment.ts';
import { atTheEnd } from './cleanup.ts';
import { type Environment, Server } from './server.ts';
import { temporaryFolder } from './temporary-folder.ts';

export type Store = 'memory' | 'postgres';

const MAIN = join(ROOT, 'dist', 'src', 'main.js');
const PLACEHOLDER = /^changeme/;
/** Of each process, Aerie or bare. */
export const POOL_SIZE = '20';

/** As operators run it, with limits that no load of ours reaches. */
export const PRODUCTION: Environment = {
  LOG_LEVEL: 'info',
  LOG_FORMAT: 'json',
  APP_ORIGINS: 'https://app.example.org',
  DB_SSL_MODE: 'disable',
  DB_POOL_MAX: POOL_SIZE,
  RATE_LIMIT_PER_ADDRESS: '1000000',
  RATE_LIMIT_PER_PRINCIPAL: '1000000',
  METRICS_TOKEN: randomBytes(24).toString('hex'),
  REQUEST_TIMEOUT_MS: '10000',
  DRAIN_MS: '0',
  SHUTDOWN_TIMEOUT_MS: '20000',
  ...secrets(),
};

let prepared: Promise<string> | undefined;

/** The database of this measurement, migrated. It keeps `fsync` and whatever else PostgreSQL does by default. */
export function databaseUrl(): Promise<string> {
  atTheEnd(() => void (prepared = undefined));
  prepared ??= prepareDatabase();
  return prepared;
}

interface AerieOptions {
  readonly nodeOptions?: string[];
  /** Another one that serves */
  readonly entry?: string;
  readonly env?: Environment;
}

/** The built application. A limit store of one process is refused in production, and meant for staging. */
export async function startAerie(store: Store, options: AerieOptions = {}): Promise<Server> {
  const { nodeOptions, entry = MAIN, env: more } = options;
  const env = { ...PRODUCTION, ...more, DATABASE_URL: await databaseUrl(), RATE_LIMIT_STORE: store };
  const stage = store === 'memory' ? 'staging' : 'production';
  return Server.start(`aerie-${store}`, entry, { ...env, NODE_ENV: stage }, nodeOptions);
}

async function prepareDatabase(): Promise<string> {
  await ensureBuild();
  const home = join(temporaryFolder(), 'postgres');
  const cluster = await Cluster.start({ home, runner: findRunner(), password: randomBytes(12).toString('hex') });
  atTheEnd(() => cluster.stop());
  const env = { ...PRODUCTION, NODE_ENV: 'production', DATABASE_URL: cluster.url('postgres') };
  const migrated = spawnSync(process.execPath, [join(ROOT, 'dist', 'src', 'migrate.js'), 'run'], {
    env,
    encoding: 'utf8',
  });
  if (migrated.status !== 0) throw new Error(`the migrations failed: ${migrated.stderr}`);
  return env.DATABASE_URL;
}

/** Whatever the example has a placeholder for, made anew for each run. */
function secrets(): Environment {
  const example = Object.entries(parseEnv(readFileSync(join(ROOT, '.env.example'), 'utf8')));
  const made = example.filter(([, value = '']) => PLACEHOLDER.test(value));
  return Object.fromEntries(made.map(([name]) => [name, randomBytes(32).toString('hex')]));
}
