import { randomUUID } from 'node:crypto';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { ListRoutesModule } from '../../../test/harness/list.controller.js';
import type { TestEntryPage } from '../../../test/harness/list.dto.js';
import { ENTRIES } from '../../../test/harness/list.entity.js';

const AT = '2026-01-02T03:04:05.678Z';
const LIST = '/v1/test/entries';

describe('a list', () => {
  let test: TestApp;
  let api: ApiClient;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [ListRoutesModule] });
    ({ api } = await test.actor());
    await sql(test.databaseUrl, ENTRIES);
  });
  beforeEach(() => sql(test.databaseUrl, 'TRUNCATE test_entries'));

  const read = (query: string, path = LIST) => api.get<TestEntryPage>(`${path}?${query}`);

  /** @param distance in microseconds between the times of two rows */
  const insert = (count: number, distance: number, kind = 'some') =>
    sql<{ id: string }>(
      test.databaseUrl,
      `INSERT INTO test_entries SELECT gen_random_uuid(), $1::timestamptz + n * $2 * interval '1 microsecond', $3
         FROM generate_series(1, $4) n RETURNING id`,
      [AT, distance, kind, count],
    );

  /** @param meanwhile is done at the same time as each page is read */
  async function walk(query: string, path = LIST, meanwhile = () => Promise.resolve<unknown>(null)): Promise<string[]> {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null && seen.length < 5_000;) {
      const page = read(`${query}${cursor && `&cursor=${cursor}`}`, path);
      const [{ status, body }] = await Promise.all([page, meanwhile()]);
      expect(status).toBe(200);
      seen.push(...body.data.map(({ id }) => id));
      cursor = body.page.nextCursor;
    }
    return seen;
  }

  const cursorOf = async (query = 'limit=1', path = LIST) => (await read(query, path)).body.page.nextCursor ?? '';

  const refused = (pointer: string) => ({ status: 400, body: { code: 'VALIDATION_FAILED', errors: [{ pointer }] } });

  it.each(['101', '0', '-1', 'abc', '1.5', ''])('[R-79] #1 refuses limit=%s', async (limit) => {
    expect(await read(`limit=${limit}`)).toMatchObject(refused('#/limit'));
  });

  it('[R-79] #1 refuses a cursor of which one character was changed', async () => {
    await insert(3, 1);
    const cursor = await cursorOf();
    expect(await read(`cursor=${cursor}`)).toMatchObject({ status: 200 });
    for (let at = 0; at < cursor.length; at++) {
      const other = cursor[at] === 'A' ? 'B' : 'A';
      const tampered = cursor.slice(0, at) + other + cursor.slice(at + 1);
      expect(await read(`cursor=${tampered}`)).toMatchObject(refused('#/cursor'));
    }
    for (const madeUp of ['', 'A', randomUUID(), Buffer.from(randomUUID()).toString('base64url'), 'A'.repeat(501)]) {
      expect(await read(`cursor=${madeUp}`)).toMatchObject(refused('#/cursor'));
    }
  });

  it('[R-79] #1 refuses the cursor of another order or filter', async () => {
    await insert(3, 1);
    const cursor = await cursorOf('limit=1&kind=some');
    expect(await read(`kind=some&limit=2&total=true&cursor=${cursor}`)).toMatchObject({ status: 200 });
    expect(await read(`kind=other&cursor=${cursor}`)).toMatchObject(refused('#/cursor'));
    expect(await read(`cursor=${cursor}`)).toMatchObject(refused('#/cursor'));
    expect(await read(`cursor=${await cursorOf()}`, `${LIST}/oldest`)).toMatchObject(refused('#/cursor'));
    expect(await read(`cursor=${await cursorOf()}`, `${LIST}/by-id`)).toMatchObject(refused('#/cursor'));
  });

  it('has 50 entries a page unless told otherwise, and short cursors', async () => {
    await insert(101, 1);
    const { body } = await read('');
    expect(body).toMatchObject({ data: { length: 50 }, page: { limit: 50 } });
    expect(body.page.nextCursor?.length).toBeLessThanOrEqual(500);
    expect((await read('limit=100')).body.data.length).toBe(100);
    expect((await read('limit=1')).body.data.length).toBe(1);
  });

  it('[R-79] #2 gives each row exactly once, though all are of one time and others are added', async () => {
    const original = await insert(1_000, 0);
    let added = 0;
    const add = async () => (added += (await insert(5, 0)).length);
    const seen = await walk('limit=50', LIST, add);
    expect(added).toBeGreaterThanOrEqual(100);
    const ids = new Set(original.map(({ id }) => id));
    expect(seen.filter((id) => ids.has(id)).toSorted()).toEqual([...ids].toSorted());
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('[R-79] #2 gives each row exactly once, though only microseconds keep them apart', async () => {
    const oldestFirst = (await insert(1_000, 1)).map(({ id }) => id);
    expect(await walk('limit=50')).toEqual(oldestFirst.toReversed());
    expect(await walk('limit=50', `${LIST}/oldest`)).toEqual(oldestFirst);
    expect(await walk('limit=50', `${LIST}/by-id`)).toEqual(oldestFirst.toSorted());
  });

  it('goes on within its filter, also when that is an alternative', async () => {
    const wanted = [...(await insert(60, 1, 'some')), ...(await insert(60, 7, 'any'))].map(({ id }) => id);
    await insert(60, 3, 'other');
    const seen = await walk('limit=50&kind=some');
    expect(seen.toSorted()).toEqual(wanted.toSorted());
  });

  it('says how many there are in all, on every page, if that is asked for', async () => {
    await insert(60, 1, 'some');
    await insert(60, 1, 'other');
    expect((await read('')).body.page).not.toHaveProperty('total');
    expect((await read('total=false')).body.page).not.toHaveProperty('total');
    expect((await read('total=true')).body.page).toMatchObject({ limit: 50, total: 120 });
    const cursor = await cursorOf('kind=some');
    expect((await read(`total=true&kind=some&cursor=${cursor}`)).body).toMatchObject({
      data: { length: 10 },
      page: { total: 60 },
    });
    expect(await read('total=maybe')).toMatchObject(refused('#/total'));
  });
});
