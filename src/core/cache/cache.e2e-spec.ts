import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { CachedRoutesModule, hashOf, KEY_HEADER, KEYS } from '../../../test/harness/cached.controller.js';
import { sql, whileLocked } from '../../../test/harness/database.js';
import type { Environment } from '../../../test/harness/environment.js';
import { eventually } from '../../../test/harness/eventually.js';
import { FaultProxy } from '../../../test/harness/fault-proxy.js';
import { METRICS } from '../../../test/harness/process.js';
import { hasRedisServer, RedisServer, STORES, storeSettings } from '../../../test/harness/redis.js';
import { statementsOf } from '../../../test/harness/statements.js';
import { Transactions } from '../database/transactions.js';
import { RedisConnections } from '../redis/redis-connections.js';
import { Signals } from '../signals/signals.js';
import { Caches } from './caches.js';

const PATH = '/v1/test/cached';

/** Two instances, and somebody with a key. */
async function twoWithKey(settings: Environment, ofSecond = settings) {
  const start = (env: Environment, databaseUrl?: string) =>
    TestApp.start({ env: { ...METRICS.env, ...env }, modules: [CachedRoutesModule], databaseUrl });
  const first = await start(settings);
  const second = await start(ofSecond, first.databaseUrl);
  await sql(first.databaseUrl, KEYS);
  const { actor } = await first.actor();
  const key = `secret-${randomUUID()}`;
  const values = [hashOf(key), actor.organizationId, actor.userId];
  await sql(first.databaseUrl, 'INSERT INTO test_keys VALUES ($1, $2, $3)', values);
  const [here, there] = [first, second].map(({ api }) => api.with({ [KEY_HEADER]: key }));
  return { first, second, here: here!, there: there!, key, actor };
}

const nameOf = async (api: ApiClient) => (await api.get<{ name: string }>(`${PATH}/me`)).body.name;
const rename = (api: ApiClient, name: string) => api.send('PATCH', `${PATH}/me`, { name });
const reads = (test: TestApp, outcome: string) =>
  METRICS.value(test, 'cache_reads_total', `cache="test-people",outcome="${outcome}"`);

describe.each(STORES)('caches whose instances agree through %s', (store) => {
  it('[R-78] #1 answer a hundred calls with one key from at most two statements, and count what they did', async () => {
    const { first, here } = await twoWithKey(await storeSettings(store));
    const calls = async () => {
      for (let n = 0; n < 20; n++) await Promise.all(Array.from({ length: 5 }, () => nameOf(here)));
    };
    const statements = await statementsOf(first, calls);
    // Others have work of their own.
    const about = statements.flatMap(
      ({ text }) => /\b(test_keys|users|memberships|organizations)\b/.exec(text)?.[0] ?? [],
    );
    expect(about.sort()).toEqual(['test_keys', 'users']);
    expect(await reads(first, 'miss')).toBe(1);
    expect((await reads(first, 'hit')) + (await reads(first, 'shared'))).toBe(99);
    expect(await reads(first, 'hit')).toBeGreaterThanOrEqual(95);
  });

  it('[R-78] #2 show on both instances what was changed on one, within a second', async () => {
    const { first, here, there } = await twoWithKey(await storeSettings(store));
    for (let round = 0; round < 5; round++) {
      await Promise.all([nameOf(here), nameOf(there)]);
      expect(await rename(here, `Name ${round}`)).toMatchObject({ status: 200 });
      const changedAt = performance.now();
      expect(await nameOf(here)).toBe(`Name ${round}`);
      await eventually(async () => expect(await nameOf(there)).toBe(`Name ${round}`));
      expect(performance.now() - changedAt).toBeLessThan(1_000);
    }
    expect(await METRICS.value(first, 'cache_evictions_total', 'test-people')).toBeGreaterThanOrEqual(5);
  });

  it('[R-78] #2 let nobody in with a revoked key, on either instance, within a second', async () => {
    const { here, there } = await twoWithKey(await storeSettings(store));
    await Promise.all([nameOf(here), nameOf(there)]);
    expect(await there.send('DELETE', `${PATH}/key`)).toMatchObject({ status: 204 });
    const revokedAt = performance.now();
    expect(await there.get(`${PATH}/me`)).toMatchObject({ status: 401 });
    await eventually(async () => expect(await here.get(`${PATH}/me`)).toMatchObject({ status: 401 }));
    expect(performance.now() - revokedAt).toBeLessThan(1_000);
  });

  it('[R-78] #3 tell no key and no token to anybody', async () => {
    const { first, here, there, key, actor } = await twoWithKey(await storeSettings(store));
    await nameOf(there);
    await rename(here, 'Another');
    await here.send('DELETE', `${PATH}/key`);
    await eventually(async () => expect(await there.get(`${PATH}/me`)).toMatchObject({ status: 401 }));
    const { signals, keys } = await everythingTold(first, store);
    expect(signals).toContain('test-people ');
    expect(signals).toContain('test-identities ');
    for (const secret of [key, hashOf(key)]) expect(signals + keys).not.toContain(secret);
    for (const id of [actor.userId, actor.organizationId]) expect(signals).not.toContain(id);
  });
});

/** What lies where instances tell each other, and under which keys. */
async function everythingTold(test: TestApp, store: string): Promise<{ signals: string; keys: string }> {
  if (store === 'postgres') {
    return { signals: JSON.stringify(await sql(test.databaseUrl, 'SELECT * FROM signals')), keys: '' };
  }
  const redis = test.app.get(RedisConnections, { strict: false });
  return redis.ask(async (client) => ({
    signals: JSON.stringify(await client.xrange(redis.key('signals'), '-', '+')),
    keys: (await client.keys('*')).join(),
  }));
}

describe('an eviction', () => {
  it('follows the commit, and never a rollback', async () => {
    const test = await TestApp.start();
    const transactions = test.app.get(Transactions, { strict: false });
    const cache = test.app.get(Caches, { strict: false }).define<number>('test-numbers', { ttlSeconds: 60 });
    const { actor } = await test.actor();
    let next = 0;
    const read = () => cache.get(actor, 'key', () => Promise.resolve(++next));
    expect(await read()).toBe(1);
    const failing = transactions.run((tx) => {
      cache.evictAfter(tx, actor, 'key');
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await read()).toBe(1);
    await transactions.run(async (tx) => {
      cache.evictAfter(tx, actor, 'key');
      expect(await read()).toBe(1);
    });
    expect(await read()).toBe(2);
  });

  it('is of a cache that was defined once, for a minute at most', async () => {
    const caches = (await TestApp.start()).app.get(Caches, { strict: false });
    caches.define('test-once', { ttlSeconds: 60 });
    expect(() => caches.define('test-once', { ttlSeconds: 60 })).toThrow('no name for another cache');
    expect(() => caches.define('No Name', { ttlSeconds: 60 })).toThrow('no name for another cache');
    for (const ttlSeconds of [61, 0, NaN]) {
      expect(() => caches.define('test-ttl', { ttlSeconds })).toThrow('nothing is kept for longer than a minute');
    }
  });
});

describe('caches whose instances cannot reach each other', () => {
  const isTrusted = (test: TestApp) => test.app.get(Signals, { strict: false }).inSync;
  const becomesTrusted = (test: TestApp, trusted: boolean) =>
    eventually(() => Promise.resolve(expect(isTrusted(test)).toBe(trusted)));

  it('[R-78] #3 are bypassed: every answer is right, with PostgreSQL', async () => {
    const { first, second, here, there } = await twoWithKey({});
    await nameOf(there);
    await whileLocked(first.databaseUrl, 'signals', async () => {
      await becomesTrusted(second, false);
      for (const name of ['One', 'Two']) {
        expect(await rename(here, name)).toMatchObject({ status: 200 });
        expect(await nameOf(there)).toBe(name);
      }
    });
    await becomesTrusted(second, true);
    expect(await nameOf(there)).toBe('Two');
    expect(await reads(second, 'bypass')).toBe(2);
  });

  if (hasRedisServer) {
    it('[R-78] #2 hear of a change as soon as who made it can tell', async () => {
      const redis = await RedisServer.start();
      const proxy = await FaultProxy.before(redis.url);
      const { here, there } = await twoWithKey(redis.env, { ...redis.env, REDIS_URL: proxy.url });
      await Promise.all([nameOf(here), nameOf(there)]);
      proxy.freeze();
      await rename(there, 'Told late');
      await sleep(6_000);
      proxy.thaw();
      await eventually(async () => expect(await nameOf(here)).toBe('Told late'), 5_000);
    });

    it.each([
      ['is killed', 'kill', 'restart'],
      ['hangs', 'freeze', 'thaw'],
    ] as const)('[R-78] #3 are bypassed: every answer is right, with a Redis that %s', async (_, fail, mend) => {
      const redis = await RedisServer.start();
      const { second, here, there } = await twoWithKey(redis.env);
      await nameOf(there);
      await redis[fail]();
      await becomesTrusted(second, false);
      for (const name of ['One', 'Two']) {
        expect(await rename(here, name)).toMatchObject({ status: 200 });
        expect(await nameOf(there)).toBe(name);
      }
      // Longer than anybody who wants to tell something usually tries.
      await sleep(5_500);
      await redis[mend]();
      await becomesTrusted(second, true);
      for (let n = 0; n < 20; n++) expect(await nameOf(there)).toBe('Two');
      await rename(here, 'Three');
      await eventually(async () => expect(await nameOf(there)).toBe('Three'), 1_000);
    });
  }
});
