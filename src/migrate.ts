import type { DataSource } from 'typeorm';
import { connect } from './core/database/connect.js';
import { dataSourceOptions } from './core/database/data-source-options.js';
import { databaseConfig } from './core/database/database.config.js';
import { loadMigrations } from './core/database/migration-loader.js';
import {
  isComplete,
  pendingMigrations,
  revertMigration,
  revertMigrationsOf,
  runMigrations,
} from './core/database/migrations.js';
import { declaredEntities, type SchemaDifference, schemaDifference } from './core/database/schema-difference.js';
import { refuseStart } from './core/lifecycle/refuse-start.js';

/** Brings the schema up to date, which it mostly is: that takes one question. @returns the names of what ran */
export async function migrate(): Promise<string[]> {
  return (await isComplete(databaseConfig())) ? [] : withDatabase(runMigrations);
}

/** What the entities say and the migrations do not. */
export async function compareSchema(): Promise<SchemaDifference> {
  await import('./app.module.js');
  return withDatabase(schemaDifference);
}

const COMMANDS: Record<string, (owner?: string) => Promise<string>> = {
  run: async () => sentence('Ran', await migrate(), 'Nothing was pending.'),
  revert: async (owner) => sentence('Reverted', await withDatabase(revertOf(owner)), 'There was nothing to revert.'),
  status: async () => sentence('Pending:', await withDatabase(pendingMigrations), 'Nothing is pending.'),
};

/**
 * What `node dist/src/migrate.js run|revert|status` does, with DATABASE_URL set. `revert invoices` takes back all that
 * this feature did, `revert` alone the newest migration of all.
 */
export async function main(name = '', owner?: string): Promise<void> {
  const command = COMMANDS[name];
  if (command === undefined) return refuseStart(`Usage: migrate ${Object.keys(COMMANDS).join('|')}`);
  await command(owner).then((said) => process.stderr.write(`${said}\n`), refuseStart);
}

const revertOf = (owner?: string) => (dataSource: DataSource) =>
  owner === undefined ? revertMigration(dataSource) : revertMigrationsOf(dataSource, owner);

async function withDatabase<T>(work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const config = databaseConfig();
  // An index on a large table takes as long as it takes.
  const options = dataSourceOptions({ ...config, statementTimeoutMs: 0 }, () => undefined);
  const dataSource = await connect(
    { ...options, poolSize: 2, entities: declaredEntities(), migrations: await loadMigrations() },
    config.startTimeoutMs,
  );
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

function sentence(verb: string, names: readonly string[], otherwise: string): string {
  return names.length > 0 ? `${verb} ${names.join(', ')}.` : otherwise;
}

if (import.meta.main) await main(...process.argv.slice(2));
