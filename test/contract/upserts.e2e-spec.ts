import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cloneDatabase, sql } from '../harness/database.js';
import { ROOT } from '../harness/process.js';

interface Upsert {
  readonly file: string;
  readonly table: string;
  readonly columns: string[];
  /** Of a partial index: it stands in the statement as well */
  readonly condition: boolean;
}

const UPSERT = /INSERT\s+INTO\s+"?(\w+)"?(?:(?!;|`|INSERT\s+INTO).)*?ON\s+CONFLICT\s*\(([^)]*)\)(\s*WHERE)?/gis;

function upsertsIn(file: string, text: string): Upsert[] {
  return [...text.matchAll(UPSERT)].map(([, table = '', columns = '', where]) => ({
    file,
    table,
    condition: where !== undefined,
    columns: columns.split(',').map((column) => column.trim().replaceAll('"', '')),
  }));
}

/** @returns what is wrong: upserts that PostgreSQL would refuse with 42P10 */
async function withoutIndex(upserts: readonly Upsert[], url: string): Promise<string[]> {
  const indexes = await sql<{ table: string; columns: string[]; condition: boolean }>(
    url,
    `SELECT c.relname AS table, array_agg(a.attname::text) AS columns, i.indpred IS NOT NULL AS condition
       FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
       JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])
      WHERE i.indisunique AND i.indexprs IS NULL GROUP BY i.indexrelid, c.relname, i.indpred IS NOT NULL`,
  );
  const key = (table: string, columns: readonly string[]) => `${table}(${columns.toSorted().join(', ')})`;
  const known = new Set(indexes.map(({ table, columns, condition }) => key(table, columns) + String(condition)));
  return upserts
    .filter(({ table, columns, condition }) => !known.has(key(table, columns) + String(condition)))
    .map(({ file, table, columns }) => `${file}: ${key(table, columns)} has no unique index: add it to a migration`);
}

describe('every upsert', () => {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('spec.ts'))
    .map((file) => ({ file: `src/${file}`, text: readFileSync(join(ROOT, 'src', file), 'utf8') }));

  it('[R-28] #1 has a unique index that a migration made', async () => {
    const upserts = sources.flatMap(({ file, text }) => upsertsIn(file, text));
    expect(upserts.map(({ table }) => table)).toEqual(expect.arrayContaining(['rate_limits', 'idempotency_keys']));
    const said = sources.filter(({ text }) => /ON\s+CONFLICT\s*\(/i.test(text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')));
    expect(new Set(upserts.map(({ file }) => file))).toEqual(new Set(said.map(({ file }) => file)));
    expect(await withoutIndex(upserts, await cloneDatabase())).toEqual([]);
  });

  it('is found out if it has none', async () => {
    const planted = upsertsIn(
      'planted.ts',
      'INSERT INTO users (id, name) VALUES ($1, $2)\n ON CONFLICT (id, name) DO NOTHING',
    );
    expect(await withoutIndex(planted, await cloneDatabase())).toEqual([
      'planted.ts: users(id, name) has no unique index: add it to a migration',
    ]);
  });
});
