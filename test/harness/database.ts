import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

const server = new URL(process.env.TEST_SERVER_URL ?? 'postgresql://localhost');
const template = process.env.TEST_TEMPLATE ?? '';

/** Makes a database with the whole schema and nothing in it. @returns its connection string */
export async function cloneDatabase(from = template): Promise<string> {
  const name = `${template.replace(/_template$/, '')}_${randomBytes(5).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name}${from === '' ? '' : ` TEMPLATE ${from}`}`);
  return databaseUrl(name);
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

function onServer(statement: string): Promise<object[]> {
  return sql(server.href, statement);
}

function databaseUrl(name: string): string {
  return Object.assign(new URL(server), { pathname: `/${name}` }).href;
}
