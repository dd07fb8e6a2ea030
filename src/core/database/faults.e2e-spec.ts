import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { type ApiClient } from '../../../test/harness/api-client.js';
import { cloneDatabase, sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { FaultProxy } from '../../../test/harness/fault-proxy.js';
import { Load, shoot, type Shot } from '../../../test/harness/load.js';
import { MortalDatabase } from '../../../test/harness/mortal-database.js';
import { AppProcess, METRICS, PRODUCTION } from '../../../test/harness/process.js';
import { TestApp } from '../../../test/harness/app.js';
import { HUNG_USER, TestRoutesModule } from '../../../test/harness/routes.controller.js';
import { poolOf } from './pool-watch.js';

const ENTRY = 'test/fixtures/main-with-test-routes.js';
const RETRY_AFTER = /^[1-9]\d*$/;

const reads = (app: AppProcess) => () => shoot(`${app.url}/v1/test/reads`);
const writes = (app: AppProcess) => () => shoot(`${app.url}/v1/test/writes`, { method: 'POST' });

/** Every answer of the outage: fast, honest, and with a hint when to come back. */
function expectHonest(shots: readonly Shot[]): void {
  for (const { status, code, retryAfter, tookMs } of shots) {
    expect([200, 201, 503]).toContain(status);
    if (status === 503) {
      expect(code).toBe('DEPENDENCY_UNAVAILABLE');
      expect(retryAfter).toMatch(RETRY_AFTER);
    }
    expect(tookMs).toBeLessThan(3_000);
  }
}

const runningStatements = (url: string) =>
  sql(
    url,
    `SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid() AND state = 'active'`,
  );

describe('a process whose database fails', () => {
  it('[R-22] #1 serves the next request when its idle connections are ended, ten times', async () => {
    const DATABASE_URL = await cloneDatabase();
    const app = await AppProcess.serve({ ...PRODUCTION, ...METRICS.env, DATABASE_URL }, ENTRY);
    for (let round = 0; round < 10; round++) {
      expect(new Set((await Promise.all(Array.from({ length: 5 }, reads(app)))).map(({ status }) => status))).toEqual(
        new Set([200]),
      );
      await sql(
        DATABASE_URL,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name = 'aerie' AND datname = current_database() AND state = 'idle'`,
      );
      expect(await reads(app)()).toMatchObject({ status: 200 });
      expect(await writes(app)()).toMatchObject({ status: 201 });
    }
    expect(app.exited).toBe(false);
    expect(await METRICS.value(app, 'db_pool_errors_total')).toBeGreaterThan(0);
  });

  it('[R-22] answers 503 and never 500 when connections end in the middle of transactions', async () => {
    const DATABASE_URL = await cloneDatabase();
    const app = await AppProcess.serve({ ...PRODUCTION, DATABASE_URL }, ENTRY);
    const load = new Load(() => shoot(`${app.url}/v1/test/dawdles`, { method: 'POST' }), 50);
    for (let round = 0; round < 10; round++) {
      await sleep(150);
      await sql(
        DATABASE_URL,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name = 'aerie' AND datname = current_database()`,
      );
    }
    const shots = await load.stop();
    expectHonest(shots);
    expect(shots.filter(({ status }) => status === 503).length).toBeGreaterThan(5);
  });

  it('[R-22] makes a write wait for a connection as long as a read, and not longer', async () => {
    const test = await TestApp.start({ env: { DB_POOL_MAX: '2' }, modules: [TestRoutesModule] });
    const busy = await poolOf(test.app.get(DataSource)).connect();
    const started = performance.now();
    const answers = await Promise.all([test.api.get('/v1/test/reads'), test.api.post('/v1/test/writes')]);
    for (const answer of answers) expect(answer).toMatchObject({ status: 503 });
    expect(performance.now() - started).toBeLessThan(3_000);
    busy.release();
  });

  it.each([
    ['is stopped', 'stop', 'start'],
    ['hangs', 'freeze', 'thaw'],
  ] as const)(
    '[R-22] #2 answers 503 while the server %s, and recovers by itself',
    async (_, fail, mend) => {
      const database = await MortalDatabase.start();
      const app = await AppProcess.serve({ ...PRODUCTION, DATABASE_URL: database.url }, ENTRY);
      const load = [new Load(reads(app), 10), new Load(writes(app), 10)];
      await sleep(1_000);
      await database[fail]();
      await sleep(6_000);
      expect(await shoot(`${app.url}/health/ready`)).toMatchObject({ status: 503 });
      expect(await reads(app)()).toMatchObject({ status: 503 });
      const mended = performance.now();
      await database[mend]();
      await eventually(async () => expect(await writes(app)()).toMatchObject({ status: 201 }));
      expect(performance.now() - mended).toBeLessThan(10_000);
      await sleep(1_000);
      const shots = (await Promise.all(load.map((one) => one.stop()))).flat();
      expectHonest(shots);
      expect(shots.filter(({ status }) => status === 503).length).toBeGreaterThan(50);
      expect(app.exited).toBe(false);
    },
    60_000,
  );
});

describe('a process behind a network that fails', () => {
  const behindProxy = async (env: Record<string, string> = {}) => {
    const proxy = await FaultProxy.before(await cloneDatabase());
    const app = await AppProcess.serve({ ...PRODUCTION, ...METRICS.env, DATABASE_URL: proxy.url, ...env }, ENTRY);
    await Promise.all(Array.from({ length: 5 }, reads(app)));
    return { proxy, app };
  };

  it('[R-22] serves the next request after its connections were reset', async () => {
    const { proxy, app } = await behindProxy();
    for (let round = 0; round < 5; round++) {
      proxy.reset();
      expect(await reads(app)()).toMatchObject({ status: 200 });
      expect(await writes(app)()).toMatchObject({ status: 201 });
    }
  });

  it('[R-22] does not take a connection that was reset on its way for a server that is gone', async () => {
    // Nobody connects but who has to.
    const { proxy, app } = await behindProxy({ JOBS_CONCURRENCY: '0' });
    proxy.freeze();
    proxy.reset();
    const { accepted } = proxy;
    await eventually(() => Promise.resolve(expect(proxy.accepted).toBeGreaterThan(accepted)));
    proxy.reset();
    proxy.thaw();
    for (let read = 0; read < 20; read++) expect(await reads(app)()).toMatchObject({ status: 200 });
  });

  it('[R-22] gives up connections that are half open, and makes new ones', async () => {
    const { proxy, app } = await behindProxy();
    proxy.halfOpen();
    const shots = await Promise.all([...Array.from({ length: 10 }, reads(app)), writes(app)()]);
    expectHonest(shots);
    await eventually(async () => expect(await reads(app)()).toMatchObject({ status: 200 }));
    expect(app.exited).toBe(false);
  });

  it('only takes longer behind one that is slow, and limits more strictly', async () => {
    const { proxy, app } = await behindProxy({ RATE_LIMIT_PER_ADDRESS: '10', TRUST_PROXY: '0' });
    proxy.delay(150);
    const shots = await Promise.all(Array.from({ length: 20 }, reads(app)));
    expect(new Set(shots.map(({ status }) => status))).toEqual(new Set([200, 429]));
    expect(shots.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(await METRICS.value(app, 'rate_limit_store_failures_total')).toBeGreaterThan(0);
  });
});

describe('a request that nobody waits for', () => {
  it('takes nobody with it who asks the same: readiness holds while others leave', async () => {
    const test = await TestApp.start({ env: { DB_POOL_MAX: '2', ...METRICS.env } });
    const unanswered = (app: TestApp) => METRICS.value(app, 'http_requests_in_flight');
    const url = `${test.url}/health/ready`;
    const busy = await poolOf(test.app.get(DataSource)).connect();
    const leaving = new AbortController();
    const first = fetch(url, { signal: leaving.signal }).catch(() => undefined);
    await sleep(50);
    const second = fetch(url);
    await sleep(50);
    leaving.abort();
    await first;
    // Until the server knows that the first has left.
    await eventually(async () => expect(await unanswered(test)).toBe(2));
    busy.release();
    expect((await second).status).toBe(200);
  });

  it('[R-81] #1 ends with its time, and its statement with it', async () => {
    const test = await TestApp.start({ env: { REQUEST_TIMEOUT_MS: '1000' }, modules: [TestRoutesModule] });
    const started = performance.now();
    const answer = await test.api.get('/v1/test/hangs');
    const took = performance.now() - started;
    expect(answer).toMatchObject({ status: 504, body: { code: 'REQUEST_TIMEOUT' } });
    expect(took).toBeGreaterThanOrEqual(990);
    expect(took).toBeLessThan(2_000);
    await eventually(async () => expect(await runningStatements(test.databaseUrl)).toEqual([]), 1_000);
  });

  it('rolls back what its transaction did', async () => {
    const test = await TestApp.start({ env: { REQUEST_TIMEOUT_MS: '1000' }, modules: [TestRoutesModule] });
    expect(await test.api.post('/v1/test/hangs', { topic: 'hung' })).toMatchObject({ status: 504 });
    await eventually(async () => expect(await runningStatements(test.databaseUrl)).toEqual([]), 1_000);
    expect(await sql(test.databaseUrl, 'SELECT FROM users WHERE id = $1', [HUNG_USER])).toEqual([]);
    expect(await test.api.get('/v1/test/reads')).toMatchObject({ status: 200 });
  });

  it('ends when its client leaves, and harms no other', async () => {
    const test = await TestApp.start({ env: { DB_POOL_MAX: '4' }, modules: [TestRoutesModule] });
    for (let round = 0; round < 3; round++) {
      const leaving = new AbortController();
      const clients = Array.from({ length: 3 }, () =>
        fetch(`${test.url}/v1/test/hangs`, { signal: leaving.signal }).catch((thrown: Error) => thrown.name),
      );
      await eventually(async () => expect(await runningStatements(test.databaseUrl)).toHaveLength(3));
      leaving.abort();
      expect(await Promise.all(clients)).toEqual(['AbortError', 'AbortError', 'AbortError']);
      await eventually(async () => expect(await runningStatements(test.databaseUrl)).toEqual([]), 1_500);
      const others = await Promise.all(Array.from({ length: 20 }, () => test.api.get('/v1/test/slow')));
      expect(new Set(others.map(({ status }) => status))).toEqual(new Set([200]));
    }
  });

  it('[R-81] answers 504 to a statement that takes longer than statements may', async () => {
    const test = await TestApp.start({ env: { DB_STATEMENT_TIMEOUT_MS: '300' }, modules: [TestRoutesModule] });
    const api: ApiClient = test.api;
    expect(await api.get('/v1/test/hangs')).toMatchObject({ status: 504, body: { code: 'REQUEST_TIMEOUT' } });
  });
});
