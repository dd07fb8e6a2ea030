import pg from 'pg';
import { databaseUrl } from './aerie.ts';
import { atTheEnd } from './cleanup.ts';

export type Row = Record<string, unknown>;

const names = new Map<string, string>();

export async function poolOf(connections: number): Promise<pg.Pool> {
  const pool = new pg.Pool({ connectionString: await databaseUrl(), max: connections });
  atTheEnd(() => pool.end());
  return pool;
}

/** Plans the statement once a connection, as the application does. */
export async function ask(client: pg.Pool | pg.PoolClient, text: string, values: unknown[]): Promise<Row[]> {
  const name = names.get(text) ?? `bench ${names.size}`;
  names.set(text, name);
  return (await client.query<Row>({ name, text, values })).rows;
}

/** @param work is committed unless it returns nothing */
export async function transaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T | undefined>,
): Promise<T | undefined> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query(result === undefined ? 'ROLLBACK' : 'COMMIT');
    return result;
  } finally {
    client.release();
  }
}
