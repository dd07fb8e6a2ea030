import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { DatabaseConfig } from './database.config.js';
import { driverError, isConnectionFailure } from './database-errors.js';
import { StartRefused } from '../lifecycle/start-refused.js';
import { pendingMigrations } from './migrations.js';

const RETRY_EVERY_MS = 500;
const RESERVED_CONNECTIONS = 10;

/** What a server says for good, by SQLSTATE. */
const REFUSALS: Record<string, string | undefined> = {
  '28P01': 'it refuses the user or the password of DATABASE_URL',
  '28000': 'it refuses the user of DATABASE_URL, or wants TLS (DB_SSL_MODE)',
  '3D000': 'it has no database of the name in DATABASE_URL',
};

/** @returns an open DataSource whose schema is complete. @throws {StartRefused} */
export async function openDatabase(options: DataSourceOptions, config: DatabaseConfig): Promise<DataSource> {
  return connect(options, config.startTimeoutMs, (dataSource) => checkDatabase(dataSource, config));
}

/**
 * Connects, waiting for a server that is not up yet but not for one that says no.
 * @param check what must be true of the database; it is lost and found again like the connection
 * @throws {StartRefused} naming the database
 */
export async function connect(
  options: DataSourceOptions,
  startTimeoutMs: number,
  check: (dataSource: DataSource) => Promise<void> = () => Promise.resolve(),
): Promise<DataSource> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    const dataSource = new DataSource(options);
    try {
      await dataSource.initialize();
      await check(dataSource);
      return dataSource;
    } catch (thrown) {
      if (dataSource.isInitialized) await dataSource.destroy();
      if (thrown instanceof StartRefused) throw thrown;
      if (!mayComeUp(thrown) || Date.now() + RETRY_EVERY_MS > deadline) throw refusal(thrown);
    }
    await sleep(RETRY_EVERY_MS);
  }
}

/** @throws {StartRefused} unless the schema is complete and the pools of all instances fit into the server. */
async function checkDatabase(dataSource: DataSource, config: DatabaseConfig): Promise<void> {
  const pending = await pendingMigrations(dataSource);
  if (pending.length > 0) {
    throw new StartRefused(
      `The database has pending migrations: ${pending.join(', ')}. ` +
        'Run: npm run migration:run (in production: node dist/src/migrate.js run)',
    );
  }
  const [{ limit }] = await dataSource.query<[{ limit: number }]>(
    `SELECT current_setting('max_connections')::int AS limit`,
  );
  const wanted = config.poolMax * config.expectedInstances;
  if (wanted > limit - RESERVED_CONNECTIONS) {
    throw new StartRefused(
      `DB_POOL_MAX times DB_EXPECTED_INSTANCES is ${wanted}, but the database allows ${limit} connections ` +
        `of which ${RESERVED_CONNECTIONS} are reserved.`,
    );
  }
}

/** A server that says no, to the password or to the database, will say so again. */
function mayComeUp(thrown: unknown): boolean {
  const failure = driverError(thrown);
  return failure !== undefined && isConnectionFailure(failure) && REFUSALS[failure.code ?? ''] === undefined;
}

function refusal(thrown: unknown): StartRefused {
  const { code, message } = (thrown instanceof Error ? thrown : new Error(String(thrown))) as { code?: string } & Error;
  return new StartRefused(`The database cannot be reached: ${REFUSALS[code ?? ''] ?? code ?? message}`, {
    cause: thrown,
  });
}
