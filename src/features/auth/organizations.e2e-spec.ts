import { type Actor } from '../../core/access/actor.js';
import { type ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { statementsOf } from '../../../test/harness/statements.js';
import { leastOf, timeOf } from '../../../test/harness/timing.js';
import type { OrganizationPage } from './organization.dto.js';

describe('the list of organizations', () => {
  let test: TestApp;
  let actor: Actor;
  let api: ApiClient;
  beforeAll(async () => {
    test = await TestApp.start();
    ({ actor, api } = await test.actor());
    await sql(
      test.databaseUrl,
      `WITH made AS (INSERT INTO organizations (id, name) SELECT gen_random_uuid(), 'O ' || n FROM generate_series(1, 100000) n
         RETURNING id)
       INSERT INTO memberships (organization_id, user_id, role) SELECT id, $1, 'member' FROM made`,
      [actor.userId],
    );
    await sql(test.databaseUrl, 'ANALYZE');
  });

  const list = (query: string) => api.get<OrganizationPage & Record<string, unknown>>(`/v1/organizations?${query}`);

  it('goes on where the page before ended', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let page = 0; page < 5 && cursor !== null; page++) {
      const { body }: { body: OrganizationPage } = await list(`limit=7${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.data.map(({ id }) => id));
      cursor = body.page.nextCursor;
    }
    expect(new Set(seen).size).toBe(35);
    expect(seen).toEqual(seen.toSorted());
  });

  it.each(['limit=101', 'limit=0', 'limit=-1', 'limit=abc', 'limit=1.5', 'cursor=made-up', 'page=2'])(
    '[R-79] #1 refuses %s',
    async (query) => {
      expect(await list(query)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    },
  );

  it('[R-79] #1 refuses a cursor that was tampered with', async () => {
    const cursor = (await list('limit=1')).body.page.nextCursor ?? '';
    expect(await list(`cursor=${cursor}`)).toMatchObject({ status: 200 });
    const tampered = (cursor.startsWith('A') ? 'B' : 'A') + cursor.slice(1);
    expect(await list(`cursor=${tampered}`)).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ pointer: '#/cursor' }] },
    });
  });

  it('[R-29] #2 reads each page by an index, however many there are', async () => {
    const { body } = await list('limit=100');
    const page = async () => expect((await list(`limit=100&cursor=${body.page.nextCursor}`)).status).toBe(200);
    const p95 = async () => {
      const times: number[] = [];
      for (let call = 0; call < 40; call++) times.push(await timeOf(page));
      return times.toSorted((one, other) => one - other)[37]!;
    };
    expect(await leastOf(20, 50, p95)).toBeLessThan(50);
    const sent = await statementsOf(test, () => list(`limit=100&cursor=${body.page.nextCursor}`));
    expect(sent).toHaveLength(2);
    for (const { text, values } of sent) {
      const plan = JSON.stringify(await sql(test.databaseUrl, ['EXPLAIN', text].join(' '), values));
      expect(plan).not.toMatch(/Seq Scan|Sort|Join/);
    }
  });
});
