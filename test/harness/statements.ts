import { AsyncLocalStorage } from 'node:async_hooks';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from '../../src/core/database/pool-watch.js';
import type { TestApp } from './app.js';

type Emit = (event: string, ...given: unknown[]) => boolean;
type Query = (...given: [statement: string | { text: string; values?: unknown }, ...more: unknown[]]) => unknown;

/** What the application sent to its database. */
export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

/** What `work` leads to is told from what the application does by the clock, which may fall into the same moment. */
const caused = new AsyncLocalStorage<true>();

/**
 * @param instead what is to be sent instead of a statement, if anything
 * @returns every statement that the application's pool sends, by whatever way, because `work` is done
 */
export async function statementsOf(
  { app }: TestApp,
  work: () => Promise<unknown>,
  instead?: (statement: Statement) => string | undefined,
): Promise<Statement[]> {
  const pool = poolOf(app.get(DataSource));
  const server: { emit: Emit } = app.getHttpServer();
  const { emit } = server;
  const sent: Statement[] = [];
  const clients = new Set<object>();
  const remember = (client: object) => clients.add(client);
  const { query } = Client.prototype as { query: Query };
  // Of all clients, since the application changes the method of a single one, and takes that back, for its own ends.
  Client.prototype.query = function record(this: object, ...given: Parameters<Query>) {
    if (caused.getStore() !== true || !clients.has(this)) return query.apply(this, given);
    const statement = toStatement(given);
    sent.push(statement);
    const other = instead?.(statement);
    if (other === undefined) return query.apply(this, given);
    const callbacks = given.filter((one) => typeof one === 'function');
    return query.call(this, other, ...callbacks);
  } as typeof Client.prototype.query;
  // A request comes out of its socket, and so out of no context of its client.
  server.emit = (...event) =>
    event[0] === 'request' ? caused.run(true, () => emit.apply(server, event)) : emit.apply(server, event);
  pool.on('acquire', remember);
  try {
    await caused.run(true, work);
    return sent;
  } finally {
    pool.off('acquire', remember);
    server.emit = emit;
    Client.prototype.query = query as typeof Client.prototype.query;
  }
}

function toStatement([statement, ...more]: Parameters<Query>): Statement {
  const { text, values } = typeof statement === 'string' ? { text: statement, values: more[0] } : statement;
  return { text, values: Array.isArray(values) ? values : [] };
}
