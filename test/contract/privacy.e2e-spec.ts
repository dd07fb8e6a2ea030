import type { Actor } from '../../src/core/access/actor.js';
import { Transactions } from '../../src/core/database/transactions.js';
import { Erasure } from '../../src/core/privacy/erasure.service.js';
import { personOf } from '../../src/core/privacy/person.js';
import { PersonalData, type Archive } from '../../src/core/privacy/personal-data.js';
import { TestApp } from '../harness/app.js';
import { sql } from '../harness/database.js';
import { leaveTraces, newTraces, tablesOfNobody, type Traces } from '../harness/person-rows.js';

type Row = Record<string, unknown>;
/** The rows of each table, as JSON. */
type Contents = Map<string, Row[]>;

const DECLARE = 'declare it with PersonalData.declare(…)';
const ADD = 'add a row to a *.person.sql, or a line "-- nobody table: reason"';

describe('of a person who has left a trace in every table', () => {
  /** What they left, what their archive says, and what is left of them. */
  interface Walk {
    readonly test: TestApp;
    readonly actor: Actor;
    readonly traces: Traces;
    readonly added: Contents;
    readonly archive: Archive;
    readonly after: Contents;
  }

  /** @param plant changes the schema, and may add rows of the person */
  async function walk(plant: (databaseUrl: string, actor: Actor) => Promise<unknown>): Promise<Walk> {
    const test = await TestApp.start({ env: { JOBS_CONCURRENCY: '0' } });
    const { databaseUrl } = test;
    const before = await contents(databaseUrl);
    const [{ actor }, traces] = [await test.actor(), newTraces()];
    await leaveTraces(databaseUrl, actor, traces);
    await plant(databaseUrl, actor);
    const added = without(await contents(databaseUrl), before);
    const transactions = test.app.get(Transactions);
    const archive = await transactions.run(async (tx) =>
      test.app.get(PersonalData).collect(tx, await personOf(tx, actor.userId)),
    );
    await transactions.run((tx) => test.app.get(Erasure).erase(tx, actor));
    return { test, actor, traces, added, archive, after: await contents(databaseUrl) };
  }

  const nothing = () => Promise.resolve();

  it('[R-107] #1 nothing that they were called by is found in any column of any table', async () => {
    const { added, after, traces } = await walk(nothing);
    expect(untouched(added)).toEqual([]);
    expect(found(after, traces)).toEqual([]);
  });

  it('[R-107] the archive has every value of every column, but secrets', async () => {
    const { test, added, archive } = await walk(nothing);
    expect(missing(test, added, archive)).toEqual([]);
    expect(JSON.stringify(archive)).not.toContain('password_hash');
  });

  it('[R-107] #1 nothing of anybody else is changed', async () => {
    const test = await TestApp.start({ env: { JOBS_CONCURRENCY: '0' } });
    const [{ actor: leaver }, { actor: other }] = [await test.actor(), await test.actor()];
    await leaveTraces(test.databaseUrl, leaver, newTraces());
    const before = await contents(test.databaseUrl);
    await leaveTraces(test.databaseUrl, other, newTraces());
    const others = without(await contents(test.databaseUrl), before);
    await test.app.get(Transactions).run((tx) => test.app.get(Erasure).erase(tx, leaver));
    const lost = without(others, await contents(test.databaseUrl));
    expect([...lost].filter(([, rows]) => rows.length > 0)).toEqual([]);
  });

  it('a table that nobody thought of is found out, and a column too', async () => {
    const empty = await walk((url) =>
      sql(url, 'CREATE TABLE planted (user_id uuid REFERENCES users (id) ON DELETE CASCADE, nickname varchar(100))'),
    );
    expect(untouched(empty.added)).toEqual([`planted: holds nothing of the person: ${ADD}`]);

    const { test, added, archive, after, traces } = await walk(async (url, { userId }) => {
      await sql(url, 'CREATE TABLE planted (user_id uuid REFERENCES users (id), nicknames varchar(100)[])');
      await sql(url, 'INSERT INTO planted SELECT id, ARRAY[name] FROM users WHERE id = $1', [userId]);
      await sql(url, 'ALTER TABLE memberships ADD COLUMN mood varchar(100)');
      await sql(url, 'ALTER TABLE audit_log ADD COLUMN remark bytea, DISABLE TRIGGER audit_log_append_only');
      await sql(url, `UPDATE audit_log SET remark = (SELECT email FROM users WHERE id = $1)::bytea`, [userId]);
      await sql(url, `UPDATE memberships SET mood = 'merry'`);
    });
    expect(missing(test, added, archive)).toEqual([
      `audit_log.remark: is not in the archive: ${DECLARE}`,
      `memberships.mood: is not in the archive: ${DECLARE}`,
      `planted.user_id: is not in the archive: ${DECLARE}`,
      `planted.nicknames: is not in the archive: ${DECLARE}`,
    ]);
    expect(found(after, traces)).toEqual([
      `audit_log.remark: still has the email of the person: ${DECLARE}`,
      `planted.nicknames: still has the name of the person: ${DECLARE}`,
    ]);
  });

  it('tables of nobody exist', async () => {
    const { added } = await walk(nothing);
    expect([...tablesOfNobody().keys()].filter((table) => !added.has(table))).toEqual([]);
  });
});

async function contents(url: string): Promise<Contents> {
  const tables = await sql<{ name: string }>(
    url,
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
      WHERE relkind IN ('r', 'p') AND NOT relispartition AND nspname !~ '^(pg_|information_schema$)' ORDER BY 1`,
  );
  const read = async (name: string) =>
    [name, (await sql<{ row: Row }>(url, `SELECT to_json(t) AS row FROM ${name} t`)).map(({ row }) => row)] as const;
  return new Map(await Promise.all(tables.map(({ name }) => read(name))));
}

function without(all: Contents, some: Contents): Contents {
  const rest = [...all].map(([table, rows]) => {
    const known = new Set(some.get(table)?.map((row) => JSON.stringify(row)));
    return [table, rows.filter((row) => !known.has(JSON.stringify(row)))] as const;
  });
  return new Map(rest);
}

function untouched(added: Contents): string[] {
  const ofNobody = tablesOfNobody();
  return [...added]
    .filter(([table, rows]) => rows.length === 0 && !ofNobody.has(table))
    .map(([table]) => `${table}: holds nothing of the person: ${ADD}`);
}

/** What they were called by, as a text and as the bytes of one. */
function found(after: Contents, traces: Traces): string[] {
  const looks = Object.entries(traces).map(([what, trace]: [string, string]) => {
    const inJson = JSON.stringify(trace).slice(1, -1).toLowerCase();
    return { what, texts: [inJson, JSON.stringify(inJson).slice(1, -1), Buffer.from(trace).toString('hex')] };
  });
  const faults = [...after].flatMap(([table, rows]) =>
    rows.flatMap((row) =>
      Object.entries(row).flatMap(([column, value]) => {
        const written = (JSON.stringify(value) ?? '').toLowerCase();
        const left = looks.filter(({ texts }) => texts.some((text) => written.includes(text)));
        return left.map(({ what }) => `${table}.${column}: still has the ${what} of the person: ${DECLARE}`);
      }),
    ),
  );
  return [...new Set(faults)];
}

function missing(test: TestApp, added: Contents, archive: Archive): string[] {
  const declared = new Map(test.app.get(PersonalData).declared.map((one) => [one.table, one]));
  const ofNobody = tablesOfNobody();
  const faults = [...added].flatMap(([table, rows]) => {
    const { whose, withholds = {} } = declared.get(table) ?? {};
    if (ofNobody.has(table) || whose === 'false') return [];
    const told = (archive[table] ?? []) as Row[];
    const shown = new Set(told.flatMap((row) => Object.entries(row).map((entry) => JSON.stringify(entry))));
    return rows.flatMap((row) =>
      Object.entries(row)
        .filter(([column, value]) => value !== null && !(column in withholds))
        .filter((entry) => !shown.has(JSON.stringify(entry)))
        .map(([column]) => `${table}.${column}: is not in the archive: ${DECLARE}`),
    );
  });
  return [...new Set(faults)];
}
