import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from '../../src/core/database/pool-watch.js';
import type { TestApp } from './app.js';

type Query = (...given: [statement: string | { text: string }, ...more: unknown[]]) => unknown;

/** What the application sent to its database. */
export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

/** What looks for work does so all the time, whatever is done beside it. */
const OF_WORKERS = /pgboss\.|WITH begun AS/;

/** @returns every statement that the application's pool sends, by whatever way, while `work` is done */
export async function statementsOf({ app }: TestApp, work: () => Promise<unknown>): Promise<Statement[]> {
  const pool = poolOf(app.get(DataSource));
  const sent: Statement[] = [];
  const clients = new Set<object>();
  const remember = (client: object) => clients.add(client);
  const { query } = Client.prototype as { query: Query };
  // Of all clients, since the application changes the method of a single one, and takes that back, for its own ends.
  Client.prototype.query = function record(this: object, ...given: Parameters<Query>) {
    const statement = toStatement(given);
    if (clients.has(this) && !OF_WORKERS.test(statement.text)) sent.push(statement);
    return query.apply(this, given);
  } as typeof Client.prototype.query;
  pool.on('acquire', remember);
  try {
    await work();
    return sent;
  } finally {
    pool.off('acquire', remember);
    Client.prototype.query = query as typeof Client.prototype.query;
  }
}

function toStatement([statement, values]: Parameters<Query>): Statement {
  const text = typeof statement === 'string' ? statement : statement.text;
  return { text, values: Array.isArray(values) ? values : [] };
}
