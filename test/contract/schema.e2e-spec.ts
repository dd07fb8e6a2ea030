import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { dataSourceOptions } from '../../src/core/database/data-source-options.js';
import { loadMigrations } from '../../src/core/database/migration-loader.js';
import {
  pendingMigrations,
  revertMigration,
  revertMigrationsOf,
  runMigrations,
} from '../../src/core/database/migrations.js';
import { declaredEntities, schemaDifference } from '../../src/core/database/schema-difference.js';
import '../../src/app.module.js';
import { databaseConfig } from '../../src/core/database/database.config.js';
import { atTheEnd } from '../harness/cleanup.js';
import { cloneDatabase, emptyDatabase, sql } from '../harness/database.js';
import { TEST_ENVIRONMENT, withEnvironment } from '../harness/environment.js';
import { AppProcess, PRODUCTION, ROOT } from '../harness/process.js';

const MEND = 'make it varchar(n), or CHECK its octet_length';

describe('the migrations', () => {
  it('[R-27] #1 are kept by git, and make an empty database one that the application starts on', async () => {
    const files = readdirSync(join(ROOT, 'migrations'));
    expect(files).toHaveLength((await loadMigrations()).length);
    const { stdout } = spawnSync('git', ['check-ignore', ...files], {
      cwd: join(ROOT, 'migrations'),
      encoding: 'utf8',
    });
    expect(stdout).toBe('');

    const DATABASE_URL = await emptyDatabase();
    const migrate = await AppProcess.spawn({ ...PRODUCTION, DATABASE_URL }, 'src/migrate.js', ['run']);
    expect(await migrate.exit).toMatchObject({ code: 0 });
    const app = await AppProcess.serve({ ...PRODUCTION, DATABASE_URL });
    expect((await fetch(`${app.url}/health/ready`)).status).toBe(200);
  });

  it('[R-27] #2 go up, down to nothing and up again', async () => {
    const dataSource = await open(await emptyDatabase());
    const all = await runMigrations(dataSource);
    expect(await pendingMigrations(dataSource)).toEqual([]);
    for (const expected of all.toReversed()) expect(await revertMigration(dataSource)).toEqual([expected]);
    const left = await dataSource.query<object[]>(
      `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S', 'i')
        AND relname NOT LIKE 'migrations%' AND relname NOT LIKE 'PK_%'`,
    );
    expect(left).toEqual([]);
    expect(await runMigrations(dataSource)).toEqual(all);
  });

  it('of one owner are taken back without the others, newest first', async () => {
    const url = await emptyDatabase();
    const dataSource = await open(url);
    const all = await runMigrations(dataSource);
    expect(await revertMigrationsOf(dataSource, 'nobody')).toEqual([]);
    const core = all.filter((name) => name.startsWith('Core'));
    const others = all.filter((name) => !name.startsWith('Core'));
    for (const owner of new Set(others.map((name) => name.split(/(?=[A-Z])/)[0]?.toLowerCase() ?? ''))) {
      await revertMigrationsOf(dataSource, owner);
    }
    expect((await revertMigrationsOf(dataSource, 'core')).toReversed()).toEqual(core);
    expect(await runMigrations(dataSource)).toEqual(all);

    await sql(url, `INSERT INTO migrations (timestamp, name) VALUES (1800000000000, 'Cut1800000000000')`);
    await expect(revertMigration(dataSource)).rejects.toThrow('Cut1800000000000 was run and has no file any more');
  });

  const unsaid = async (dataSource: DataSource) =>
    (await schemaDifference(dataSource)).up.map((sql) => `no migration does what the entities say: ${sql}`);

  it('[R-27] #2 leave nothing for the entities to say', async () => {
    const dataSource = await open(await cloneDatabase());
    expect(await unsaid(dataSource)).toEqual([]);
    await dataSource.query('ALTER TABLE users ALTER COLUMN name TYPE varchar(200)');
    expect(await unsaid(dataSource)).toContain(
      'no migration does what the entities say: ALTER TABLE "users" ADD "name" character varying(100) NOT NULL',
    );
  });

  it('[R-27] #2 each take back all that they made, and no more', async () => {
    expect(await leftovers(await loadMigrations())).toEqual([]);
    class Planted1800000000000 implements MigrationInterface {
      up = (runner: QueryRunner): Promise<void> =>
        runner.query('CREATE TABLE planted (id uuid); ALTER TABLE users ALTER name TYPE varchar(90)');
      down = (runner: QueryRunner): Promise<void> => runner.query('DROP TABLE planted');
    }
    expect(await leftovers([...(await loadMigrations()), Planted1800000000000])).toEqual([
      'Planted1800000000000: down() leaves or loses column users.name character varying(100) NOT NULL, ' +
        'column users.name character varying(90) NOT NULL: take back what up() does',
    ]);
  });
});

describe('the schema', () => {
  let url: string;
  beforeAll(async () => {
    url = await cloneDatabase();
  });

  /** An index may leave out the organization: what the other columns name is in one. */
  const foreignKeysWithoutIndex = async () => {
    const keys = await sql<{ table: string; columns: string }>(
      url,
      `SELECT conrelid::regclass::text AS "table", string_agg(attname, ', ' ORDER BY ordinality) AS columns
         FROM pg_constraint c, unnest(conkey) WITH ORDINALITY key (attnum, ordinality)
         JOIN pg_attribute a USING (attnum)
        WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND a.attrelid = conrelid AND NOT EXISTS (
          SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indpred IS NULL
             AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> (
               SELECT array_agg(attnum) FROM unnest(c.conkey) attnum JOIN pg_attribute a USING (attnum)
                WHERE a.attrelid = c.conrelid AND (attname <> 'organization_id' OR cardinality(c.conkey) = 1)))
        GROUP BY c.oid, conrelid`,
    );
    return keys.map(
      ({ table, columns }) => `${table} (${columns}): a foreign key without an index: add one that begins so`,
    );
  };

  it('[R-29] #1 has an index for every foreign key', async () => {
    expect(await foreignKeysWithoutIndex()).toEqual([]);
    await sql(url, 'CREATE TABLE planted (id uuid PRIMARY KEY, user_id uuid REFERENCES users (id))');
    expect(await foreignKeysWithoutIndex()).toEqual([
      'planted (user_id): a foreign key without an index: add one that begins so',
    ]);
    await sql(url, 'DROP TABLE planted');
  });

  /** What is called an id refers to something: the database is to know to what, and what becomes of it. */
  const looseReferences = async () => {
    const columns = await sql<{ table: string; column: string }>(
      url,
      `SELECT attrelid::regclass::text AS "table", attname AS "column" FROM pg_attribute a JOIN pg_class t ON t.oid = attrelid
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
          AND attname LIKE '%\\_id' AND attname <> 'request_id' AND coalesce(col_description(attrelid, attnum), '') NOT LIKE 'no foreign key: %'
          AND NOT EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND conrelid = attrelid AND attnum = ANY (conkey))`,
    );
    const keys = await sql<{ name: string }>(
      url,
      `SELECT conname AS name FROM pg_constraint
        WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND 'a' IN (confdeltype)`,
    );
    return [
      ...columns.map(
        ({ table, column }) =>
          `${table}.${column}: no foreign key: add one, or a COMMENT that begins with "no foreign key: " and says why`,
      ),
      ...keys.map(({ name }) => `${name}: says nothing of ON DELETE`),
    ];
  };

  it('[R-31] #1 knows what every id refers to, and what becomes of it when that is deleted', async () => {
    expect(await looseReferences()).toEqual([]);
    await sql(url, 'CREATE TABLE planted (id uuid PRIMARY KEY, car_id uuid, user_id uuid REFERENCES users (id))');
    expect(await looseReferences()).toEqual([
      'planted.car_id: no foreign key: add one, or a COMMENT that begins with "no foreign key: " and says why',
      'planted_user_id_fkey: says nothing of ON DELETE',
    ]);
    await sql(url, 'DROP TABLE planted');
  });

  /** Columns that take as much as somebody sends: their type has no length, and no CHECK speaks of their length. */
  const endless = async () => {
    const columns = await sql<{ table: string; column: string; type: string }>(
      url,
      `SELECT attrelid::regclass::text AS "table", attname AS "column", format_type(atttypid, NULL) AS type
         FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
          AND relname <> 'migrations'
          AND coalesce(nullif((SELECT typelem FROM pg_type t WHERE t.oid = atttypid AND typcategory = 'A'), 0), atttypid)
              IN ('text'::regtype, 'varchar'::regtype, 'json'::regtype, 'jsonb'::regtype, 'bytea'::regtype, 'xml'::regtype)
          AND (atttypmod < 0 OR format_type(atttypid, NULL) LIKE '%[]')
          AND NOT EXISTS (
            SELECT FROM pg_constraint k WHERE k.conrelid = attrelid AND contype = 'c' AND attnum = ANY (conkey)
               AND pg_get_constraintdef(k.oid) ~ '(length|cardinality|array_length|pg_column_size)\\(.*\\) (<|<=|=) \\d+')`,
    );
    return columns.map(({ table, column, type }) => `${table}.${column}: ${type} without an end: ${MEND}`);
  };

  it('has an end for every text and every JSON', async () => {
    expect(await endless()).toEqual([]);
    await sql(
      url,
      `CREATE TABLE planted (a text, b varchar, c json, d jsonb CHECK (d <> '{}'), e varchar(10)[], f bytea,
         g varchar(10), h text CHECK (length(h) < 10), i jsonb CHECK (octet_length(i::text) < 10),
         j text CHECK (length(j) > 0))`,
    );
    expect((await endless()).map((fault) => fault.replace(/^planted\.(\w): (.+) without.*/, '$1 $2'))).toEqual([
      'a text',
      'b character varying',
      'c json',
      'd jsonb',
      'e character varying[]',
      'f bytea',
      'j text',
    ]);
    await sql(url, 'DROP TABLE planted');
  });

  /** What is counted or paid with of which no CHECK speaks, and words for a state that may be any word. */
  const unbounded = async () => {
    const columns = await sql<{ column: string }>(
      url,
      `SELECT attrelid::regclass || '.' || attname AS "column"
         FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
          AND relname <> 'migrations' AND attidentity = '' AND attgenerated = ''
          AND (atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
               AND attname ~ '(amount|balance|capacity|credits|minor|price|quantity|refund(ed|ing)|stock|taken|total|used)'
               OR attname IN ('state', 'status', 'role', 'currency'))
          AND NOT EXISTS (
            SELECT FROM pg_constraint WHERE conrelid = attrelid AND contype IN ('c', 'f') AND attnum = ANY (conkey))`,
    );
    return columns.map(({ column }) => `${column} may be anything: CHECK it`);
  };

  it('has bounds for every amount and every state', async () => {
    expect(await unbounded()).toEqual([]);
    await sql(url, `CREATE TABLE planted (price int, stock int CHECK (stock >= 0), status varchar(10))`);
    expect(await unbounded()).toEqual([
      'planted.price may be anything: CHECK it',
      'planted.status may be anything: CHECK it',
    ]);
    await sql(url, 'DROP TABLE planted');
  });

  it('[R-30] #1 itself refuses what no row may be', async () => {
    const id = 'gen_random_uuid()';
    const refused = [
      `INSERT INTO users (id, email, name) VALUES (${id}, NULL, 'Name')`,
      `INSERT INTO users (id, email, name) VALUES (${id}, 'Upper@example.org', 'Name')`,
      `INSERT INTO users (id, email, name) VALUES (${id}, 'no address', 'Name')`,
      `INSERT INTO users (id, email, name) VALUES (${id}, 'a@example.org', '')`,
      `INSERT INTO users (id, email, name) VALUES (${id}, 'a@example.org', repeat('x', 10240))`,
      `INSERT INTO memberships (organization_id, user_id, role) VALUES (${id}, ${id}, 'emperor')`,
      `INSERT INTO memberships (organization_id, user_id, role) VALUES (${id}, ${id}, 'owner')`,
    ];
    for (const statement of refused) {
      await expect(sql(url, statement)).rejects.toMatchObject({ code: expect.stringMatching(/^2[23]/) as string });
    }
  });
});

async function open(url: string): Promise<DataSource> {
  const config = await withEnvironment({ ...TEST_ENVIRONMENT, DATABASE_URL: url }, () =>
    Promise.resolve(databaseConfig()),
  );
  const dataSource = await new DataSource({
    ...dataSourceOptions(config, () => undefined),
    entities: declaredEntities(),
    migrations: await loadMigrations(),
  }).initialize();
  return atTheEnd(dataSource, () => dataSource.destroy());
}

/** Runs migrations one by one, each with its way back, and says which of them does not leave what it found. */
async function leftovers(migrations: (new () => MigrationInterface)[]): Promise<string[]> {
  const url = await emptyDatabase();
  const dataSource = await open(url);
  const runner = dataSource.createQueryRunner();
  const faults: string[] = [];
  for (const migration of migrations) {
    const before = await objectsOf(url);
    await new migration().up(runner);
    await new migration().down(runner);
    const after = await objectsOf(url);
    const different = [...differing(before, after), ...differing(after, before)].join(', ');
    if (different !== '')
      faults.push(`${migration.name}: down() leaves or loses ${different}: take back what up() does`);
    else await new migration().up(runner);
  }
  await runner.release();
  return faults;
}

const differing = (one: Set<string>, other: Set<string>) => [...one].filter((object) => !other.has(object));

/** What a schema is made of, in words. */
async function objectsOf(url: string): Promise<Set<string>> {
  const objects = await sql<{ object: string }>(
    url,
    `SELECT 'table ' || relname AS object FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('i', 'I')
     UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class c ON c.oid = indrelid
       WHERE relnamespace = 'public'::regnamespace
     UNION ALL SELECT concat_ws(' ', 'column', relname || '.' || attname, format_type(atttypid, atttypmod),
         CASE WHEN attnotnull THEN 'NOT NULL' END, 'DEFAULT ' || pg_get_expr(adbin, adrelid))
       FROM pg_attribute JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
       WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
     UNION ALL SELECT concat_ws(' ', 'constraint', conname, pg_get_constraintdef(oid)) FROM pg_constraint
       WHERE connamespace = 'public'::regnamespace
     UNION ALL SELECT 'function ' || proname || ' ' || md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
     UNION ALL SELECT 'type ' || typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
     UNION ALL SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE NOT tgisinternal
     UNION ALL SELECT 'extension ' || extname FROM pg_extension`,
  );
  return new Set(objects.map(({ object }) => object));
}
