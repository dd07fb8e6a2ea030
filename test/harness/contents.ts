import { sql } from './database.js';

/** Tables that change by themselves, or in which each request leaves a trace of its own. */
export const RESTLESS = ['rate_limits', 'idempotency_keys', 'audit_log', 'audit_addresses', 'migrations', 'signals'];

/** @returns a fingerprint of the rows of each table, to be compared with a later one */
export async function contentsOf(databaseUrl: string): Promise<Map<string, string>> {
  const tables = await sql<{ name: string }>(
    databaseUrl,
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`,
  );
  const names = tables.map(({ name }) => name).filter((name) => !RESTLESS.includes(name));
  const prints = names.map(
    (name) =>
      `SELECT '${name}' AS name, md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) AS rows FROM "${name}" t`,
  );
  const rows = await sql<{ name: string; rows: string }>(databaseUrl, prints.join(' UNION ALL '));
  return new Map(rows.map(({ name, rows: print }) => [name, print]));
}

/** The tables whose rows are not what they were. */
export function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...after].filter(([name, print]) => before.get(name) !== print).map(([name]) => name);
}
