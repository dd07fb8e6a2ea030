import { DataSource } from 'typeorm';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { ListRoutesModule } from '../../../test/harness/list.controller.js';
import type { TestEntryPage } from '../../../test/harness/list.dto.js';
import { ENTRIES, Entry } from '../../../test/harness/list.entity.js';
import { type Statement, statementsOf } from '../../../test/harness/statements.js';
import { User } from '../identity/user.entity.js';
import type { Order } from './order.js';
import { Pages } from './pages.js';

// So many that page 1,000 is not the last one: it is as full as the first, and sorting the rest would not be cheap.
const ROWS = 110_000;

interface Plan {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Filter?: string;
  readonly 'Actual Rows': number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Plan[];
}

describe('a page', () => {
  let test: TestApp;
  let api: ApiClient;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [ListRoutesModule] });
    ({ api } = await test.actor());
    await sql(test.databaseUrl, ENTRIES);
    // Ten rows of each time, so that the bound needs the id, and anywhere in the table, so that each row costs a block.
    await sql(
      test.databaseUrl,
      `INSERT INTO test_entries SELECT gen_random_uuid(), now() - (n / 10) * interval '1 second', 'some'
         FROM generate_series(1, $1::int) n ORDER BY random()`,
      [ROWS],
    );
    await sql(test.databaseUrl, 'VACUUM ANALYZE test_entries');
  });

  async function costOf({ text, values }: Statement) {
    const statement = `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`;
    const [row] = await sql<{ 'QUERY PLAN': [{ Plan: Plan }] }>(test.databaseUrl, statement, values);
    const plan = row?.['QUERY PLAN'][0].Plan;
    if (plan === undefined) throw new Error('no plan');
    return { plan, buffers: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] };
  }

  /** Reads a page over HTTP. @returns the statement behind it, and the cursor of the next */
  async function page(path: string, cursor?: string | null) {
    let next: string | null = null;
    const [statement] = await statementsOf(test, async () => {
      const { body } = await api.get<TestEntryPage>(`${path}?limit=100${cursor ? `&cursor=${cursor}` : ''}`);
      next = body.page.nextCursor;
    });
    if (statement === undefined) throw new Error('no statement');
    return { statement, next };
  }

  it.each(['/v1/test/entries', '/v1/test/entries/oldest'])(
    '[R-79] #3 costs, 999 pages into %s, what the first one does: the index leads to it',
    async (path) => {
      const first = await page(path);
      let before = first;
      for (let number = 2; number < 1_000; number++) before = await page(path, before.next);
      const last = await page(path, before.next);
      expect(last.next).not.toBeNull();

      const [start, end] = [await costOf(first.statement), await costOf(last.statement)];
      expect(start.buffers).toBeGreaterThan(90);
      expect(end.buffers).toBeLessThanOrEqual(1.2 * start.buffers);
      const [scan] = end.plan.Plans ?? [];
      expect(end.plan['Node Type']).toBe('Limit');
      expect(scan).toMatchObject({
        'Node Type': 'Index Scan',
        'Index Name': 'test_entries_made_at_id_idx',
        'Actual Rows': 101,
      });
      expect(scan?.['Index Cond']).toMatch(
        /^\(ROW\(made_at, id\) [<>] ROW\('.+'::timestamp with time zone, '.+'::uuid\)\)$/,
      );
      expect(scan).not.toHaveProperty('Filter');
      expect(scan).not.toHaveProperty('Plans');
    },
    120_000,
  );

  it('costs one statement, and a second one for the total', async () => {
    for (const [query, count] of [
      ['limit=1', 1],
      ['limit=100', 1],
      ['limit=100&total=true', 2],
    ] as const) {
      expect(await statementsOf(test, () => api.get(`/v1/test/entries?${query}`))).toHaveLength(count);
    }
  });

  it('is read in no order that the compiler or the schema does not allow', async () => {
    const pages = test.app.get(Pages, { strict: false });
    const { manager } = test.app.get(DataSource);
    const read = (order: object) =>
      pages.read('entries', order as { desc: ['id'] }, manager.createQueryBuilder(Entry, 'entry'), {
        limit: 1,
        total: false,
      });
    await expect(read({ desc: ['madeAt', 'id'] })).resolves.toMatchObject({ data: { length: 1 } });
    await expect(read({ desc: ['id; SELECT pg_sleep(1)'] })).rejects.toThrow('cannot be sorted by');
    // E-mail addresses are longer than a cursor may be.
    const users = manager.createQueryBuilder(User, 'user');
    await expect(pages.read('users', { asc: ['email', 'id'] }, users, { limit: 1, total: false })).rejects.toThrow(
      'cannot be sorted by email, id',
    );
    // @ts-expect-error there is no such property
    const unknown: Order<Entry> = { desc: ['unknown', 'id'] };
    // @ts-expect-error the last key is an id
    const withoutId: Order<Entry> = { desc: ['id', 'madeAt'] };
    // @ts-expect-error one direction for all of them
    const mixed: Order<Entry> = { desc: ['madeAt', 'id'], asc: ['id'] };
    // @ts-expect-error a null is nowhere in an order
    const nullable: Order<{ id: string; endedAt: Date | null }> = { desc: ['endedAt', 'id'] };
    expect([unknown, withoutId, mixed, nullable]).toHaveLength(4);
  });
});
