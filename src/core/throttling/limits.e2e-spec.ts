import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { cloneDatabase } from '../../../test/harness/database.js';
import { Load, shoot } from '../../../test/harness/load.js';
import { MortalDatabase } from '../../../test/harness/mortal-database.js';
import { AppProcess, METRICS, PRODUCTION, ROOT } from '../../../test/harness/process.js';
import { hasRedisServer, RedisServer, STORES, storeSettings } from '../../../test/harness/redis.js';
import { refusal } from '../../../test/harness/refusal.js';
import { TestRoutesModule } from '../../../test/harness/routes.controller.js';

const ROUTE = '/v1/test/html';
const ENDS_THE_PROCESS = ['/v1/test/crashes', '/v1/test/forgets-a-promise', '/v1/test/stubborn', '/v1/test/hangs'];

const count = (answers: readonly { status: number | string }[], status: number) =>
  answers.filter((answer) => answer.status === status).length;
const times = <T>(n: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, i) => work(i)));

describe('the limits', () => {
  it('[R-48] #1 hold on every route but those that are listed', async () => {
    const test = await TestApp.start({ modules: [TestRoutesModule] });
    const { api } = await test.actor();
    const unlimited: string[] = [];
    for (const { method, path } of test.contract.operations()) {
      if (ENDS_THE_PROCESS.includes(path)) continue;
      const { headers } = await fetch(`${test.url}${path.replaceAll(/\{\w+\}/g, 'x')}`, {
        method: method.toUpperCase(),
      });
      if (headers.get('ratelimit-policy') === null) unlimited.push(path);
    }
    const committed = await readFile(join(ROOT, 'docs', 'routes.md'), 'utf8');
    const exempt = [...committed.matchAll(/^\| `[A-Z]+ (\S+)`.*\| unlimited +\|/gm)].map(([, path]) => path);
    expect(exempt).toContain('/health/live');
    expect([...new Set(unlimited)].sort()).toEqual(exempt.sort());
    expect((await api.get('/v1/no-such-route')).headers.get('ratelimit-policy')).toContain('"address"');
    expect((await api.send('PUT', ROUTE)).headers.get('ratelimit-policy')).toContain('"address"');
  });

  it('[R-48] #2 let 120 requests of a user through in a minute, over all routes and addresses', async () => {
    const test = await TestApp.start({
      modules: [TestRoutesModule],
      env: { RATE_LIMIT_PER_PRINCIPAL: undefined },
    });
    const { api } = await test.actor();
    const answers = await times(121, () => api.get('/v1/test/owner'));
    expect({ ok: count(answers, 200), limited: count(answers, 429) }).toEqual({ ok: 120, limited: 1 });
    const other = await test.actor();
    expect(await other.api.get('/v1/test/owner')).toMatchObject({ status: 200 });
  });

  it('[R-48] #3 believe a forwarded address only behind a proxy of ours', async () => {
    const limited = { RATE_LIMIT_PER_ADDRESS: '5' };
    const open = await TestApp.start({ modules: [TestRoutesModule], env: { ...limited, TRUST_PROXY: '0' } });
    const behind = await TestApp.start({ modules: [TestRoutesModule], env: limited });
    const spoof = (test: TestApp) => (n: number) => test.api.with({ 'x-forwarded-for': `10.0.0.${n}` }).get(ROUTE);
    expect(count(await times(10, spoof(open)), 429)).toBe(5);
    expect(count(await times(10, spoof(behind)), 429)).toBe(0);
    // What a client puts in front of the proxy's own entry is only its word.
    const forged = (n: number) => behind.api.with({ 'x-forwarded-for': `10.9.9.${n}, 10.0.1.1` }).get(ROUTE);
    expect(count(await times(10, forged), 429)).toBe(5);
  });

  it('[R-48] count also what no handler, no parser and no router takes', async () => {
    const env = { RATE_LIMIT_PER_ADDRESS: '5', TRUST_PROXY: '0' };
    const requests: [string, RequestInit?][] = [
      ['/v1/test/topics', { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } }],
      [
        '/v1/test/topics',
        { method: 'POST', body: 'x'.repeat(1_100_000), headers: { 'content-type': 'application/json' } },
      ],
      ['/v1/test/topics', { method: 'POST', body: '<x/>', headers: { 'content-type': 'text/xml' } }],
      ['/v1/test/html', { method: 'OPTIONS' }],
      ['/v1/nowhere'],
      ['/v1/test/html?token=1'],
    ];
    for (const [path, init] of requests) {
      const test = await TestApp.start({ modules: [TestRoutesModule], env });
      const answers = await times(8, () => fetch(`${test.url}${path}`, init));
      expect({ path, limited: count(answers, 429) }).toEqual({ path, limited: 3 });
      await test.close();
    }
  });

  it('[R-48] take an address with a port for the address, and what is none for that of the proxy', async () => {
    const test = await TestApp.start({ modules: [TestRoutesModule], env: { RATE_LIMIT_PER_ADDRESS: '5' } });
    for (const spelled of [(n: number) => `203.0.113.7:${5_000 + n}`, (n: number) => `[2001:db8::1]:${5_000 + n}`]) {
      const answers = await times(10, (n) => test.api.with({ 'x-forwarded-for': spelled(n) }).get(ROUTE));
      expect(count(answers, 429)).toBe(5);
    }
    const madeUp = (n: number) => test.api.with({ 'x-forwarded-for': `${n}${'x'.repeat(300)}` }).get(ROUTE);
    expect(count(await times(10, madeUp), 429)).toBe(5);
  });

  it.each(STORES)('[R-49] #1 are shared by two instances, and outlive one of them, in %s', async (store) => {
    const env = { RATE_LIMIT_PER_ADDRESS: '20', TRUST_PROXY: '0', ...(await storeSettings(store)) };
    const first = await TestApp.start({ modules: [TestRoutesModule], env });
    const shared = { modules: [TestRoutesModule], env, databaseUrl: first.databaseUrl };
    const second = await TestApp.start(shared);
    const answers = await times(40, (index) => [first, second][index % 2]!.api.get(ROUTE));
    expect({ ok: count(answers, 200), limited: count(answers, 429) }).toEqual({ ok: 20, limited: 20 });
    await second.close();
    const restarted = await TestApp.start(shared);
    expect(await restarted.api.get(ROUTE)).toMatchObject({ status: 429 });
  });

  it('[R-49] #2 are not counted by each process alone in production', async () => {
    expect((await refusal({ RATE_LIMIT_STORE: 'memory' })).named).toEqual(['RATE_LIMIT_STORE']);
    const staging = await TestApp.start({
      env: { ...PRODUCTION, NODE_ENV: 'staging', LOG_LEVEL: 'silent', RATE_LIMIT_STORE: 'memory' },
    });
    expect(await staging.api.get('/health/live')).toMatchObject({ status: 200 });
  });

  it('[R-49] #3 hold more strictly while the store is gone, and somebody hears of it', async () => {
    const database = await MortalDatabase.start();
    const env = { ...PRODUCTION, ...METRICS.env, DATABASE_URL: database.url, RATE_LIMIT_PER_ADDRESS: '10' };
    const app = await AppProcess.serve(env, 'test/fixtures/main-with-test-routes.js');
    await database.stop();
    const statuses = await times(20, () => fetch(`${app.url}${ROUTE}`));
    expect({ ok: count(statuses, 200), limited: count(statuses, 429) }).toEqual({ ok: 5, limited: 15 });
    expect(app.log.filter(({ msg }) => msg === 'limits hold in each process alone')).toMatchObject([{ level: 'warn' }]);
    expect(await METRICS.value(app, 'rate_limit_store_failures_total')).toBeGreaterThan(0);
    await database.start();
    await app.until(async () => {
      await fetch(`${app.url}${ROUTE}`);
      return app.log.some(({ msg }) => msg === 'limits are shared again');
    });
  });

  it('are not counted in a Redis that nobody switched on', async () => {
    const { stderr } = await refusal({ RATE_LIMIT_STORE: 'redis' });
    expect(stderr).toContain('RATE_LIMIT_STORE must be one of [postgres], and redis only where Redis is enabled');
    expect((await refusal({ REDIS_ENABLED: 'true' })).named).toEqual(['REDIS_URL']);
  });

  if (hasRedisServer) {
    it.each([
      ['is killed', 'kill', 'restart'],
      ['hangs', 'freeze', 'thaw'],
    ] as const)(
      '[R-49] #3 hold more strictly while a Redis %s under load, and nobody waits for it',
      async (_, fail, mend) => {
        const redis = await RedisServer.start();
        const DATABASE_URL = await cloneDatabase();
        const env = { ...PRODUCTION, ...METRICS.env, DATABASE_URL, ...redis.env, RATE_LIMIT_PER_ADDRESS: '10' };
        const app = await AppProcess.serve(env, 'test/fixtures/main-with-test-routes.js');
        const visitor = (n: number) => ({ headers: { 'x-forwarded-for': `198.51.100.${n}` } });
        let visitors = 0;
        const load = new Load(() => shoot(`${app.url}${ROUTE}`, visitor(visitors++ % 250)), 40);
        await sleep(500);
        await redis[fail]();
        const shots = await times(20, () => shoot(`${app.url}${ROUTE}`, visitor(251)));
        expect({ ok: count(shots, 200), limited: count(shots, 429) }).toEqual({ ok: 5, limited: 15 });
        await sleep(2_500);
        const during = await load.stop();
        expect(new Set(during.map(({ status }) => status))).toEqual(new Set([200]));
        // Of 200 ms that the store is given, on a machine that has other things to do.
        const took = during.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
        expect(took[Math.floor(took.length * 0.95)]).toBeLessThan(400);
        expect(app.log.filter(({ msg }) => msg === 'limits hold in each process alone')).toMatchObject([
          { level: 'warn' },
        ]);
        expect(await METRICS.value(app, 'rate_limit_store_failures_total')).toBeGreaterThan(0);
        await redis[mend]();
        await app.until(async () => {
          await fetch(`${app.url}${ROUTE}`, visitor(252));
          return app.log.some(({ msg }) => msg === 'limits are shared again');
        });
      },
    );
  }

  it('[R-52] are told in the fields of the IETF, and end when they say', async () => {
    const test = await TestApp.start({ modules: [TestRoutesModule], env: { TRUST_PROXY: '0' } });
    const once = () => test.api.get('/v1/test/twice-a-second-and-a-half');
    const first = await once();
    expect(first.headers.get('ratelimit-policy')).toBe('"strict";q=2;w=2, "address";q=600;w=60');
    expect(first.headers.get('ratelimit')).toMatch(/^"strict";r=1;t=[12], "address";r=599;t=\d+$/);
    await once();
    const limited: Answer = await once();
    expect(limited).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
    expect(limited.headers.get('ratelimit')).toMatch(/^"strict";r=0;t=[12], "address";r=597;t=\d+$/);
    expect(limited.headers.get('ratelimit-policy')).toBe('"strict";q=2;w=2, "address";q=600;w=60');
    const retryAfter = limited.headers.get('retry-after') ?? '';
    expect(retryAfter).toMatch(/^[12]$/);
    expect([...limited.headers.keys()].filter((name) => /ratelimit|retry/.test(name)).sort()).toEqual([
      'ratelimit',
      'ratelimit-policy',
      'retry-after',
    ]);
    await sleep(Number(retryAfter) * 1_000);
    expect(await once()).toMatchObject({ status: 200 });
  });
});
