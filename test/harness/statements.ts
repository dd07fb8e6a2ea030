import type { PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from '../../src/core/database/pool-watch.js';
import type { TestApp } from './app.js';

/** What the application sent to its database. */
export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

/** @returns every statement that the application's pool sends, by whatever way, while `work` is done */
export async function statementsOf({ app }: TestApp, work: () => Promise<unknown>): Promise<Statement[]> {
  const pool = poolOf(app.get(DataSource));
  const sent: Statement[] = [];
  const clients = new Set<PoolClient>();
  const listen = (client: PoolClient) => {
    clients.add(client);
    // Again each time that it is taken from the pool: the end of a transaction puts the client's own method back.
    if (!Object.hasOwn(client, 'query')) client.query = recorder(client, sent);
  };
  pool.on('acquire', listen);
  try {
    await work();
    return sent;
  } finally {
    pool.off('acquire', listen);
    for (const client of clients) Reflect.deleteProperty(client, 'query');
  }
}

function recorder(client: PoolClient, sent: Statement[]): PoolClient['query'] {
  const query = client.query.bind(client) as (...given: unknown[]) => unknown;
  return ((...given: [string | { text: string }, unknown]) => {
    const [statement, values] = given;
    const text = typeof statement === 'string' ? statement : statement.text;
    sent.push({ text, values: Array.isArray(values) ? values : [] });
    return query(...given);
  }) as PoolClient['query'];
}
