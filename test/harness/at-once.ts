import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { RESTLESS } from './contents.js';
import { sql } from './database.js';

// A machine that has much to do takes its time to come to a first write.
const PATIENCE_MS = 8_000;

/**
 * Does `work` several times at once, so that what looks first and writes then is always too late: until all of them have
 * come to their first write, or are done, everybody may read and nobody may write.
 */
export async function atOnce<T>(databaseUrl: string, times: number, work: () => Promise<T>): Promise<T[]> {
  const client = new Client(databaseUrl);
  await client.connect();
  try {
    await client.query(`BEGIN; LOCK TABLE ${(await tablesOf(databaseUrl)).join()} IN SHARE MODE`);
    let done = 0;
    const running = Array.from({ length: times }, () => work().finally(() => done++));
    const deadline = performance.now() + PATIENCE_MS;
    while (done + (await waiting(client)) < times && performance.now() < deadline) await sleep(10);
    await client.query('COMMIT');
    return await Promise.all(running);
  } finally {
    await client.end();
  }
}

async function tablesOf(databaseUrl: string): Promise<string[]> {
  const tables = await sql<{ name: string }>(
    databaseUrl,
    `SELECT quote_ident(relname) AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> ALL ($1)`,
    [RESTLESS],
  );
  return tables.map(({ name }) => name);
}

async function waiting(client: Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows[0]?.count ?? 0;
}
