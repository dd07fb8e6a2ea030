import { randomUUID } from 'node:crypto';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { METRICS } from '../../../test/harness/process.js';
import { REPORTS, ReportsModule } from '../../../test/harness/reports.js';
import type { AdminJobPage } from '../user-jobs/admin-job.dto.js';
import type { SystemView } from './system.dto.js';

type Body<T> = T & Record<string, unknown>;

describe('an administrator', () => {
  it('sees the jobs of all users, without what they have found, and nobody else does', async () => {
    const test = await TestApp.start({ modules: [ReportsModule], env: { JOBS_CONCURRENCY: '0' } });
    await sql(test.databaseUrl, REPORTS);
    const people = await Promise.all([test.actor(), test.actor()]);
    for (const { api } of people) {
      await api.with({ 'idempotency-key': randomUUID() }).post('/v1/test/reports', { pages: 1 });
    }
    const { api } = await test.administrator();
    const { body } = await api.get<Body<AdminJobPage>>('/v1/admin/jobs?status=queued');
    expect(new Set(body.data.map(({ userId }) => userId))).toEqual(new Set(people.map(({ actor }) => actor.userId)));
    expect((await api.get<Body<AdminJobPage>>('/v1/admin/jobs?status=failed')).body.data).toEqual([]);
    for (const path of ['/v1/admin/jobs', '/v1/admin/system']) {
      expect(await people[0]?.api.get(path)).toMatchObject({ status: 403 });
      expect(await test.api.get(path)).toMatchObject({ status: 401 });
    }
  });

  it('sees how the platform is doing: its checks and its queues, with what is dead', async () => {
    const test = await TestApp.start({ env: { ...METRICS.env, JOBS_CONCURRENCY: '0' } });
    await sql(
      test.databaseUrl,
      `INSERT INTO pgboss.job (name, policy, data) VALUES ('retention.sweep', 'standard', '{}'), ('retention.sweep/dead', 'standard', '{}')`,
    );
    const { api } = await test.administrator();
    const { body } = await api.get<Body<SystemView>>('/v1/admin/system');
    expect(body).toMatchObject({ status: 'up', checks: { database: { status: 'up' } } });
    expect(body.queues).toContainEqual({
      name: 'retention.sweep',
      waiting: 1,
      running: 0,
      dead: 1,
      oldestSeconds: expect.any(Number) as number,
    });
    expect(await METRICS.value(test, 'job_queue_dead', 'kind="retention.sweep"')).toBe(1);
  });
});
