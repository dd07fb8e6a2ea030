import { randomUUID } from 'node:crypto';
import { Column, Entity, getMetadataArgsStorage } from 'typeorm';
import { isTenantEntity } from '../../src/core/tenancy/tenant-entity.js';
import { TestApp } from '../harness/app.js';
import { cloneDatabase, sql } from '../harness/database.js';
import { NotesModule } from '../harness/notes.controller.js';
import { type Route, routesOf, type Schema } from '../harness/schemas.js';

// Tables with an organization whose rows are the person's own, who may belong to several, and why they are no secret.
const OF_PEOPLE = {
  memberships: 'whoever belongs to an organization, asks which ones',
  sessions: 'a session works in one organization after the other',
};

/** Where a request may say which organization it is about, as `METHOD /path`. */
const MAY_SAY_ORGANIZATION = ['POST /v1/auth/switch-organization'];

const BLANK: Route = { name: '', method: '', path: '', parameters: [], answers: new Map() };

describe('every table of an organization', () => {
  let url: string;
  beforeAll(async () => {
    url = await cloneDatabase();
  });

  /** Foreign keys between two tables with an organization that would let a row point into another one. */
  const reachAcross = async () => {
    const keys = await sql<{ conname: string }>(
      url,
      `SELECT conname FROM pg_constraint c
        WHERE contype = 'f' AND connamespace = 'public'::regnamespace
          AND 2 = (SELECT count(*) FROM (VALUES (conrelid), (confrelid)) t (id)
                     JOIN pg_attribute ON attrelid = t.id AND attname = 'organization_id' AND NOT attisdropped)
          AND NOT EXISTS (
            SELECT FROM unnest(conkey, confkey) pair (child, parent)
              JOIN pg_attribute ac ON ac.attrelid = conrelid AND ac.attnum = child
              JOIN pg_attribute ap ON ap.attrelid = confrelid AND ap.attnum = parent
             WHERE ac.attname LIKE '%organization_id' AND ap.attname = 'organization_id')`,
    );
    return keys.map(
      ({ conname }) => `${conname}: a row may point at another organization's: refer to (organization_id, id)`,
    );
  };

  it('[R-44] #2 points only at rows of the same organization', async () => {
    expect(await reachAcross()).toEqual([]);
    await sql(
      url,
      `CREATE TABLE planted_parents (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations (id),
         UNIQUE (organization_id, id));
       CREATE TABLE planted_children (id uuid PRIMARY KEY, organization_id uuid NOT NULL, parent_id uuid NOT NULL,
         CONSTRAINT planted_children_parent_fkey FOREIGN KEY (organization_id, parent_id)
           REFERENCES planted_parents (organization_id, id));`,
    );
    expect(await reachAcross()).toEqual([]);
    await sql(
      url,
      'ALTER TABLE planted_children ADD CONSTRAINT planted FOREIGN KEY (parent_id) REFERENCES planted_parents (id)',
    );
    expect(await reachAcross()).toEqual([
      "planted: a row may point at another organization's: refer to (organization_id, id)",
    ]);
    await sql(url, 'ALTER TABLE planted_children DROP CONSTRAINT planted');

    const [mine, theirs, parent] = [randomUUID(), randomUUID(), randomUUID()];
    await sql(url, `INSERT INTO organizations (id, name) VALUES ($1, 'mine'), ($2, 'theirs')`, [mine, theirs]);
    await sql(url, 'INSERT INTO planted_parents (id, organization_id) VALUES ($1, $2)', [parent, theirs]);
    const insert = 'INSERT INTO planted_children (id, organization_id, parent_id) VALUES (gen_random_uuid(), $1, $2)';
    await sql(url, insert, [theirs, parent]);
    await expect(sql(url, insert, [mine, parent])).rejects.toMatchObject({
      code: '23503',
      constraint: 'planted_children_parent_fkey',
    });
  });
});

describe('every entity and route', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [NotesModule] });
  });

  it('[R-44] is reached through the scope if it has an organization', () => {
    const unmarked = () => {
      const { tables, columns } = getMetadataArgsStorage();
      return tables
        .filter(({ target }) => columns.some((one) => one.target === target && one.propertyName === 'organizationId'))
        .filter(({ target, name = '' }) => !isTenantEntity(target) && !(name in OF_PEOPLE))
        .map(({ name = '' }) => `${name}: has an organization and no scope: add @TenantEntity()`);
    };
    expect(unmarked()).toEqual([]);
    class Planted {
      organizationId: string;
    }
    Column('uuid')(Planted.prototype, 'organizationId');
    Entity('planted')(Planted);
    expect(unmarked()).toEqual(['planted: has an organization and no scope: add @TenantEntity()']);
  });

  it('[R-44] #3 is told by no request which organization it is about', () => {
    const planted: Route[] = [
      { ...BLANK, name: 'POST /v1/planted', body: { items: { properties: { organizationId: {} } } } },
      { ...BLANK, name: 'GET /v1/planted', parameters: [{ name: 'organizationId', in: 'query', schema: {} }] },
    ];
    const routes = routesOf(test.contract);
    expect(routes.flatMap(sayable)).toEqual(expect.arrayContaining(['text', 'limit']));
    expect(askingFor([...routes, ...planted])).toEqual([
      'POST /v1/planted: asks which organization it is about: the actor says so',
      'GET /v1/planted: asks which organization it is about: the actor says so',
    ]);
  });
});

function askingFor(routes: readonly Route[]): string[] {
  return routes
    .filter((route) => sayable(route).includes('organizationId') && !MAY_SAY_ORGANIZATION.includes(route.name))
    .map(({ name }) => `${name}: asks which organization it is about: the actor says so`);
}

/** The names of everything that a request may say, however deep, but for its path. */
function sayable({ parameters, body = {} }: Route): string[] {
  return [...parameters.filter((one) => one.in !== 'path').map(({ name }) => name), ...namesIn(body)];
}

function namesIn({ properties = {}, items, additionalProperties }: Schema): string[] {
  const inner = [...Object.values(properties), items, additionalProperties];
  return [...Object.keys(properties), ...inner.flatMap((one) => (typeof one === 'object' ? namesIn(one) : []))];
}
