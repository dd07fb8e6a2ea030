import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { atTheEnd } from './cleanup.js';

const server = new URL(process.env.TEST_SERVER_URL ?? 'postgresql://localhost');
const template = process.env.TEST_TEMPLATE ?? '';

/** Makes a database with the whole schema and nothing in it. @returns its connection string */
export function cloneDatabase(): Promise<string> {
  return createDatabase(template);
}

/** Makes a database that no migration has seen. @returns its connection string */
export function emptyDatabase(): Promise<string> {
  return createDatabase('template1');
}

async function createDatabase(from: string): Promise<string> {
  const name = `${template.replace(/_template$/, '')}_${randomBytes(5).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name} TEMPLATE ${from}`);
  const url = databaseUrl(name);
  return atTheEnd(url, () => dropDatabase(url));
}

export async function dropDatabase(url: string): Promise<void> {
  await onServer(`DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
}

/** Runs one statement on a connection of its own, outside of any application. */
export async function sql<Row extends object>(url: string, statement: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(statement, values)).rows;
  } finally {
    await client.end();
  }
}

/** Runs `work` while nobody else may read or write the table. */
export async function whileLocked<T>(url: string, table: string, work: () => Promise<T>): Promise<T> {
  const client = new Client(url);
  await client.connect();
  try {
    await client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    return await work();
  } finally {
    await client.end();
  }
}

/** Ends every connection to a database and refuses new ones, or allows them again. */
export async function refuseConnections(url: string, refuse: boolean): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  await onServer(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${refuse ? 'false' : 'true'}`);
  if (refuse) await onServer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
}

function onServer(statement: string): Promise<object[]> {
  return sql(server.href, statement);
}

function databaseUrl(name: string): string {
  return Object.assign(new URL(server), { pathname: `/${name}` }).href;
}
