import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { connectionOptions } from './data-source-options.js';
import type { DatabaseConfig } from './database.config.js';
import { StartRefused } from '../lifecycle/start-refused.js';
import { loadMigrations, type Migration } from './migration-loader.js';

// Any number will do, as long as every instance uses the same.
const MIGRATION_LOCK = 4_213_776;

/** @returns the names of migrations that the database has not seen, oldest first. */
export async function pendingMigrations(dataSource: DataSource): Promise<string[]> {
  const known = dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name);
  const executed = await executedMigrations(dataSource);
  return known.filter((name) => !executed.has(name));
}

/** @returns true if nothing is pending; false if something is, or nobody can tell */
export async function isComplete(config: DatabaseConfig): Promise<boolean> {
  const client = new Client({
    ...connectionOptions(config),
    connectionTimeoutMillis: config.connectTimeoutMs,
    query_timeout: 5_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations');
    const executed = new Set(rows.map(({ name }) => name));
    return (await loadMigrations()).every(({ name }) => executed.has(name));
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

/** Runs what is pending, each in its transaction; of several instances one works and the others wait. */
export async function runMigrations(dataSource: DataSource): Promise<string[]> {
  return withMigrationLock(dataSource, async () => {
    const executed = await dataSource.runMigrations({ transaction: 'each' });
    return executed.map(({ name }) => name);
  });
}

/** Takes the newest migration back. @returns its name, if there was one */
export async function revertMigration(dataSource: DataSource): Promise<string[]> {
  return withMigrationLock(dataSource, async () => {
    const newest = [...(await executedMigrations(dataSource))].slice(-1);
    return takeBack(dataSource, await loadMigrations(), newest);
  });
}

/** Takes back all migrations of a feature, whatever came since: no other feature refers to its tables. */
export async function revertMigrationsOf(dataSource: DataSource, owner: string): Promise<string[]> {
  return withMigrationLock(dataSource, async () => {
    const [own, executed] = [await loadMigrations(owner), await executedMigrations(dataSource)];
    const names = own.map(({ name }) => name).filter((name) => executed.has(name));
    return takeBack(dataSource, own, names.toReversed());
  });
}

/** Each in its transaction. */
async function takeBack(dataSource: DataSource, known: readonly Migration[], names: string[]): Promise<string[]> {
  for (const name of names) {
    const migration = known.find((one) => one.name === name);
    if (migration === undefined) {
      throw new StartRefused(`${name} was run and has no file any more: put it back, or undo by hand what it did.`);
    }
    await dataSource.transaction(async (tx) => {
      if (tx.queryRunner) await new migration().down(tx.queryRunner);
      await tx.query('DELETE FROM migrations WHERE name = $1', [name]);
    });
  }
  return names;
}

async function executedMigrations(dataSource: DataSource): Promise<Set<string>> {
  const [table] = await dataSource.query<[{ name: string | null }]>(`SELECT to_regclass('migrations') AS name`);
  if (table.name === null) return new Set();
  const rows = await dataSource.query<{ name: string }[]>('SELECT name FROM migrations ORDER BY id');
  return new Set(rows.map(({ name }) => name));
}

async function withMigrationLock<T>(dataSource: DataSource, work: () => Promise<T>): Promise<T> {
  const holder = dataSource.createQueryRunner();
  try {
    await holder.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await work();
  } finally {
    await holder.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await holder.release();
  }
}
