import { Client } from 'pg';
import { eventually } from './eventually.js';
import type { AppProcess } from './process.js';

const WAITING = `
  SELECT FROM pg_locks JOIN pg_class ON pg_class.oid = relation WHERE relname = $1 AND NOT granted`;

/**
 * Kills a process (SIGKILL) as soon as it is about to write into a table, which nobody may until it is dead.
 * @param work what makes it write; that it is not answered is no failure
 */
export async function killedAt(
  app: AppProcess,
  databaseUrl: string,
  table: string,
  work: () => Promise<unknown>,
): Promise<void> {
  const client = new Client(databaseUrl);
  await client.connect();
  try {
    await client.query(`BEGIN; LOCK TABLE ${table} IN SHARE MODE`);
    const working = work().catch(() => undefined);
    await eventually(async () => expect((await client.query(WAITING, [table])).rowCount).toBeGreaterThan(0), 30_000);
    app.kill('SIGKILL');
    await Promise.all([app.exit, working]);
  } finally {
    await client.end();
  }
}
