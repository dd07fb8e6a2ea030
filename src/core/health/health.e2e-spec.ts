import { hostname } from 'node:os';
import { TestApp } from '../../../test/harness/app.js';
import { cloneDatabase, sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { FaultProxy } from '../../../test/harness/fault-proxy.js';
import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';
import { freePort } from '../../../scripts/port.js';
import { HealthChecks } from './health-checks.js';
import type { Readiness } from './health.dto.js';

const ready = (test: TestApp) => test.api.get<Readiness & Record<string, unknown>>('/health/ready');

describe('readiness', () => {
  it('[R-20] #1 follows the database, and life does not', async () => {
    const test = await TestApp.start();
    expect(await ready(test)).toMatchObject({ status: 200, body: { status: 'up' } });
    await test.losingItsDatabase(async () => {
      await eventually(async () =>
        expect(await ready(test)).toMatchObject({
          status: 503,
          body: { status: 'down', checks: { database: { status: 'down' } } },
        }),
      );
      expect(await test.api.get('/health/live')).toMatchObject({ status: 200 });
    });
    await eventually(async () => expect(await ready(test)).toMatchObject({ status: 200 }));
  });

  it('[R-20] #2 is degraded and not lost when something fails that every replica shares', async () => {
    const test = await TestApp.start();
    const checks = test.app.get(HealthChecks, { strict: false });
    checks.register('stub', { critical: false, probe: () => Promise.reject(new Error('secret reason')) });
    const { status, body } = await ready(test);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { status: 'degraded', checks: { stub: { status: 'down' }, database: { status: 'up' } } },
    });
    expect(JSON.stringify(body)).not.toContain('secret reason');
  });

  it('[R-20] #2 is degraded, and not lost, when something does its work worse than it should', async () => {
    const test = await TestApp.start();
    const checks = test.app.get(HealthChecks, { strict: false });
    checks.register('stub', { critical: true, probe: () => Promise.resolve('degraded') });
    expect(await ready(test)).toMatchObject({
      status: 200,
      body: { status: 'degraded', checks: { stub: { status: 'degraded' } } },
    });
  });

  it('does not ask what is switched off', async () => {
    const test = await TestApp.start();
    const probe = () => Promise.reject(new Error('asked all the same'));
    test.app.get(HealthChecks, { strict: false }).register('fax', { critical: true, enabled: false, probe });
    const { status, body } = await ready(test);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { status: 'up', checks: { fax: { status: 'disabled' } } },
    });
  });

  it('[R-20] #3 tells its version and environment, not its host, and is never limited', async () => {
    const test = await TestApp.start({ env: { RATE_LIMIT_PER_ADDRESS: '10', TRUST_PROXY: '0' } });
    const { body } = await ready(test);
    expect(body).toMatchObject({ environment: 'test', version: expect.any(String) as string });
    expect(body.uptimeSeconds).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(body)).not.toContain(hostname());
    const answers = await Promise.all(Array.from({ length: 300 }, () => ready(test)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('[R-21] #1 of twenty that ask while the database hangs answers each within five seconds', async () => {
    const proxy = await FaultProxy.before(await cloneDatabase());
    const test = await TestApp.start({ databaseUrl: proxy.url });
    proxy.freeze();
    const started = Date.now();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ready(test)));
    expect(Date.now() - started).toBeLessThan(5_000);
    for (const answer of answers) {
      // Until the lifeline has found out that there is nobody, it is waited for.
      const status = expect.stringMatching(/^(timeout|down)$/) as string;
      expect(answer).toMatchObject({ status: 503, body: { checks: { database: { status } } } });
    }
    proxy.thaw();
    await eventually(async () => expect(await ready(test)).toMatchObject({ status: 200 }));
    await test.close();
  });
});

describe('the start', () => {
  it('[R-19] #1 gives up on a database that does not come up, and names it', async () => {
    const DATABASE_URL = `postgresql://nobody:nothing@127.0.0.1:${await freePort()}/none`;
    const app = await AppProcess.spawn({ ...PRODUCTION, DATABASE_URL, DB_START_TIMEOUT_MS: '1500' });
    expect(await app.everListens()).toBe(false);
    expect(await app.exit).toEqual({ code: 1, signal: null });
    expect(app.stderr).toMatch(/^The database cannot be reached: ECONNREFUSED\n$/);
  });

  it('[R-19] #2 refuses a schema that is one migration behind', async () => {
    const databaseUrl = await cloneDatabase();
    await sql(databaseUrl, 'DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations)');
    const app = await AppProcess.spawn({ ...PRODUCTION, DATABASE_URL: databaseUrl });
    expect(await app.exit).toEqual({ code: 1, signal: null });
    expect(app.stderr).toContain('pending migrations');
  });
});
