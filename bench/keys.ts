import pg from 'pg';
import { databaseUrl } from './aerie.ts';
import { atTheEnd } from './cleanup.ts';
import { type Measurement, median } from './measurement.ts';
import { hasher, newKey, plantKeys } from './planted-keys.ts';
import { classOf } from './platform-app.ts';

interface Lookup {
  find(key: string): Promise<object | undefined>;
}

type LookupClass = new (dataSource: object, hasher: object) => Lookup;

const FEW = 1_000;
const MANY = 1_000_000;
const KEYS_OF_ONE = 10;
/** Of each number, those that are looked up */
const KNOWN = 100;
const TARGET_RATIO = 1.2;

export const keys: Measurement = {
  title: `Finding an API key among ${MANY} against ${FEW}, cold`,
  pinned: false,
  async run({ quick }) {
    const sides = { few: await prepare('few', FEW), many: await prepare('many', MANY) };
    const times: Record<'few' | 'many', number[]> = { few: [], many: [] };
    for (let round = -KNOWN; round < (quick ? 2_000 : 10_000); round++) {
      for (const side of ['few', 'many'] as const) {
        const took = await timeOf(sides[side], round + KNOWN);
        if (round >= 0) times[side].push(took);
      }
    }
    const [few, many] = [median(times.few), median(times.many)];
    return {
      raw: { microseconds: times },
      findings: [
        { what: `among ${FEW}`, value: few, unit: 'µs' },
        { what: `among ${MANY}`, value: many, unit: 'µs' },
        { what: `among ${MANY} it takes`, value: many / few, unit: 'times', target: { atMost: TARGET_RATIO } },
      ],
    };
  },
};

interface Side {
  readonly lookup: Lookup;
  readonly known: readonly string[];
}

/** A database with that many keys, and what finds them there as the application does. */
async function prepare(name: 'few' | 'many', count: number): Promise<Side> {
  const url = new URL(await databaseUrl());
  // Not on a connection to the template, which is copied.
  await inDatabase(inCluster(url, 'template1'), (client) => client.query(`CREATE DATABASE ${name} TEMPLATE postgres`));
  const known = await Promise.all(Array.from({ length: KNOWN }, newKey));
  await inDatabase(inCluster(url, name), (client) => fill(client, count, known));
  const pool = new pg.Pool({ connectionString: inCluster(url, name), max: 1 });
  atTheEnd(() => pool.end());
  const dataSource = {
    query: async (text: string, values: unknown[]) => (await pool.query<object>(text, values)).rows,
  };
  const Finding = await classOf<LookupClass>('src/features/auth/api-key-lookup.js', 'ApiKeyLookup');
  return { lookup: new Finding(dataSource, await hasher()), known };
}

/** Everybody has ten, in an organization of their own. */
async function fill(client: pg.Client, count: number, known: readonly string[]): Promise<void> {
  const people = count / KEYS_OF_ONE;
  await client.query(`CREATE TEMP TABLE made AS SELECT n, uuidv7() AS user_id, uuidv7() AS organization_id
    FROM generate_series(1, ${people}) n`);
  await client.query(`
    INSERT INTO users (id, email, name) SELECT user_id, n || '@example.org', 'Somebody' FROM made;
    INSERT INTO organizations (id, name) SELECT organization_id, 'Somebody' FROM made;
    INSERT INTO memberships (organization_id, user_id, role) SELECT organization_id, user_id, 'owner' FROM made;
    INSERT INTO api_keys (id, organization_id, user_id, name, prefix, hash, scopes)
      SELECT uuidv7(), organization_id, user_id, 'Key', 'app_live', sha256(uuidv4()::text::bytea), '{users:read}'
        FROM made, generate_series(1, ${KEYS_OF_ONE})`);
  const { rows } = await client.query<{ user_id: string }>(`SELECT user_id FROM made LIMIT ${known.length}`);
  for (const [index, { user_id }] of rows.entries()) await plantKeys(client, user_id, known.slice(index, index + 1));
  await client.query('VACUUM ANALYZE');
}

/** @returns microseconds, also of the hash that it is looked up by */
async function timeOf({ lookup, known }: Side, round: number): Promise<number> {
  const started = performance.now();
  const found = await lookup.find(known[round % known.length] ?? '');
  const took = (performance.now() - started) * 1_000;
  if (found === undefined) throw new Error('a key was not found');
  return took;
}

const inCluster = (url: URL, database: string): string =>
  Object.assign(new URL(url), { pathname: `/${database}` }).href;

async function inDatabase(connectionString: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await work(client);
  await client.end();
}
