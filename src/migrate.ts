import { DataSource } from 'typeorm';
import { dataSourceOptions } from './core/database/data-source-options.js';
import { connect } from './core/database/connect.js';
import { databaseConfig } from './core/database/database.config.js';
import { loadMigrations } from './core/database/migration-loader.js';
import { pendingMigrations, revertMigration, runMigrations } from './core/database/migrations.js';
import { refuseStart } from './core/lifecycle/refuse-start.js';

const COMMANDS = { run, revert, status } as const;

/** Brings the schema up to date, in this process. @returns the names of the migrations that ran */
export async function migrate(): Promise<string[]> {
  return withDatabase(runMigrations);
}

async function run(): Promise<string> {
  const names = await migrate();
  return names.length > 0 ? `Ran ${names.join(', ')}.` : 'Nothing was pending.';
}

async function revert(): Promise<string> {
  const name = await withDatabase(revertMigration);
  return name === undefined ? 'There was nothing to revert.' : `Reverted ${name}.`;
}

async function status(): Promise<string> {
  const names = await withDatabase(pendingMigrations);
  return names.length > 0 ? `Pending: ${names.join(', ')}.` : 'Nothing is pending.';
}

async function withDatabase<T>(work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const config = databaseConfig();
  const options = { ...dataSourceOptions(config, () => undefined), poolSize: 2, migrations: await loadMigrations() };
  const dataSource = await connect(options, config.startTimeoutMs);
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

/** `node dist/src/migrate.js run|revert|status`, with DATABASE_URL set */
if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  const command = COMMANDS[process.argv[2] as keyof typeof COMMANDS] as (() => Promise<string>) | undefined;
  if (command === undefined) refuseStart(`Usage: migrate ${Object.keys(COMMANDS).join('|')}`);
  await command().then((said) => process.stderr.write(`${said}\n`), refuseStart);
}
