import { randomUUID } from 'node:crypto';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { REPORTS, ReportsModule } from '../../../test/harness/reports.js';
import { connectAs } from '../../../test/harness/sockets.js';

const POOL = 6;

describe('everything together', () => {
  it('[R-24] #2 takes no more connections than the process may hold: requests, sockets and jobs', async () => {
    const test = await TestApp.start({ modules: [ReportsModule], env: { DB_POOL_MAX: String(POOL) } });
    await sql(test.databaseUrl, REPORTS);
    const users = [];
    for (let count = 0; count < 20; count++) users.push(await test.actor());
    await Promise.all(users.map(({ actor }) => connectAs(test.url, actor)));
    let most = 0;
    let done = false;
    const watch = (async () => {
      while (!done) {
        const open = await sql(
          test.databaseUrl,
          `SELECT 1 FROM pg_stat_activity WHERE application_name = 'aerie' AND datname = current_database()`,
        );
        most = Math.max(most, open.length);
      }
    })();
    for (const { api } of users) {
      const begun = await api
        .with({ 'idempotency-key': randomUUID() })
        .post('/v1/test/reports', { pages: 5, pace: 10 });
      expect(begun.status).toBe(202);
    }
    const reads = users.flatMap(({ api }) => Array.from({ length: 10 }, () => api.get('/v1/jobs')));
    expect(new Set((await Promise.all(reads)).map(({ status }) => status))).toEqual(new Set([200]));
    await eventually(async () => {
      const succeeded = await sql(test.databaseUrl, `SELECT 1 FROM jobs WHERE status = 'succeeded'`);
      expect(succeeded).toHaveLength(users.length);
    }, 20_000);
    done = true;
    await watch;
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(POOL);
  }, 60_000);
});
