import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { ReportsModule } from '../../../test/harness/reports.js';
import { becomes, begin, begun, startReports } from '../../../test/harness/reports-client.js';

describe('jobs of users', () => {
  it('[R-73] #2 that hang are failed when their time is over, are paid back, and leave their place', async () => {
    const test = await startReports({ JOB_TIMEOUT_MS: '2000', JOBS_CONCURRENCY: '1' });
    const { api } = await test.actor();
    const started = Date.now();
    const id = await begun(api, { pages: 0, ending: 'hangs' });
    await becomes(api, id, { status: 'failed', error: { code: 'TIMEOUT' } });
    expect(Date.now() - started).toBeGreaterThanOrEqual(2_000);
    expect(Date.now() - started).toBeLessThan(4_000);
    const refunds = await sql(test.databaseUrl, 'SELECT status FROM test_refunds WHERE job_id = $1', [id]);
    expect(refunds).toEqual([{ status: 'failed' }]);
    await becomes(api, await begun(api, { pages: 1 }), { status: 'succeeded' });
  });

  it('are refused when too many wait', async () => {
    const test = await startReports({ JOBS_CONCURRENCY: '0', JOBS_MAX_QUEUED: '3' });
    const answers = [];
    for (let count = 0; count < 4; count++) answers.push(await begin((await test.actor()).api, { pages: 1 }));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 503]);
    expect(answers[3]).toMatchObject({ body: { code: 'QUEUE_FULL' } });
    expect(answers[3]?.headers.get('retry-after')).toBe('30');
  });

  it('go on elsewhere when their process stops, and have not failed by that', async () => {
    const one = await startReports();
    const { api, actor } = await one.actor();
    const id = await begun(api, { pages: 3, pace: 4_000 });
    await becomes(api, id, { status: 'running' });
    const other = await TestApp.start({ modules: [ReportsModule], databaseUrl: one.databaseUrl });
    await one.app.close();
    const [row] = await sql(other.databaseUrl, 'SELECT failures FROM jobs WHERE id = $1', [id]);
    expect(row).toEqual({ failures: 0 });
    const same = other.api.with({ 'x-test-actor': JSON.stringify(actor) });
    await becomes(same, id, { status: 'running' });
    await same.post(`/v1/jobs/${id}/cancel`);
  }, 30_000);
});
