import { execFileSync } from 'node:child_process';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/core/database/data-source-options.js';
import { loadMigrations } from '../../src/core/database/migration-loader.js';
import { pendingMigrations, revertMigration, runMigrations } from '../../src/core/database/migrations.js';
import { declaredEntities, schemaDifference } from '../../src/core/database/schema-difference.js';
import '../../src/app.module.js';
import { databaseConfig } from '../../src/core/database/database.config.js';
import { atTheEnd } from '../harness/cleanup.js';
import { cloneDatabase, emptyDatabase, sql } from '../harness/database.js';
import { TEST_ENVIRONMENT, withEnvironment } from '../harness/environment.js';
import { AppProcess, PRODUCTION, ROOT } from '../harness/process.js';

describe('the migrations', () => {
  it('[R-27] #1 are kept by git, and make an empty database one that the application starts on', async () => {
    const kept = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'migrations'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(kept.trim().split('\n').length).toBe((await loadMigrations()).length);
    expect(() => execFileSync('git', ['check-ignore', 'migrations'], { cwd: ROOT })).toThrow();

    const DATABASE_URL = await emptyDatabase();
    const migrate = await AppProcess.spawn({ ...PRODUCTION, DATABASE_URL }, 'src/migrate.js', ['run']);
    expect(await migrate.exit).toMatchObject({ code: 0 });
    const app = await AppProcess.serve({ ...PRODUCTION, DATABASE_URL });
    expect((await fetch(`${app.url}/health/ready`)).status).toBe(200);
  });

  it('[R-27] #2 go up, down to nothing and up again, and leave nothing for the entities to say', async () => {
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
    expect(await schemaDifference(dataSource)).toEqual({ up: [], down: [] });
  });

  it('find a difference if there is one', async () => {
    const dataSource = await open(await cloneDatabase());
    await dataSource.query('ALTER TABLE users ALTER COLUMN name TYPE varchar(200)');
    expect((await schemaDifference(dataSource)).up).not.toEqual([]);
  });
});

describe('the schema', () => {
  let url: string;
  beforeAll(async () => {
    url = await cloneDatabase();
  });

  const foreignKeysWithoutIndex = () =>
    sql(
      url,
      `SELECT conrelid::regclass::text AS "table", conname FROM pg_constraint c
        WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT EXISTS (
          SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indpred IS NULL
             AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)`,
    );

  it('[R-29] #1 has an index for every foreign key', async () => {
    expect(await foreignKeysWithoutIndex()).toEqual([]);
    await sql(url, 'CREATE TABLE planted (id uuid PRIMARY KEY, user_id uuid REFERENCES users (id))');
    expect(await foreignKeysWithoutIndex()).toMatchObject([{ table: 'planted' }]);
    await sql(url, 'DROP TABLE planted');
  });

  it('itself refuses what no row may be (R-30, for the tables there are)', async () => {
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
