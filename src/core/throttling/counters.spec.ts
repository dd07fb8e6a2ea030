import { setTimeout as sleep } from 'node:timers/promises';
import { TestApp } from '../../../test/harness/app.js';
import { eventually } from '../../../test/harness/eventually.js';
import { sql } from '../../../test/harness/database.js';
import { STORES, storeSettings } from '../../../test/harness/redis.js';
import { ExpiredRows } from '../database/expired-rows.js';
import { Lifeline } from '../database/lifeline.js';
import { Counters } from './counters.js';
import { MemoryCounters } from './memory-counters.js';
import { PostgresCounters } from './postgres-counters.js';
import { RedisCounters } from './redis-counters.js';

const MINUTE = 60_000;

/** What every store of counters must do. */
describe.each(['memory', ...STORES] as const)('the counters in %s', (store) => {
  let counters: Counters;
  beforeAll(async () => {
    const settings = store === 'memory' ? { RATE_LIMIT_STORE: store } : await storeSettings(store);
    counters = (await TestApp.start({ env: settings })).app.get(Counters, { strict: false });
  });

  it('are those that were asked for', () => {
    expect(counters).toBeInstanceOf(
      { memory: MemoryCounters, postgres: PostgresCounters, redis: RedisCounters }[store],
    );
  });

  it('count each hit once, however many come at once', async () => {
    const counts = await Promise.all(Array.from({ length: 500 }, () => counters.add('at once', MINUTE)));
    expect(counts.map(({ hits }) => hits).sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (__, n) => n + 1));
  });

  it('keep keys apart', async () => {
    const keys = Array.from({ length: 200 }, (__, n) => `key ${n % 20}`);
    const counts = await Promise.all(keys.map((key) => counters.add(key, MINUTE)));
    expect(Math.max(...counts.map(({ hits }) => hits))).toBe(10);
  });

  it('tell when the window ends, which its first hit has opened', async () => {
    const { resetsInMs } = await counters.add('window', 1_000);
    expect(resetsInMs).toBeGreaterThan(500);
    expect(resetsInMs).toBeLessThan(1_001);
    await sleep(100);
    expect((await counters.add('window', 1_000)).resetsInMs).toBeLessThan(resetsInMs - 50);
    await eventually(async () => expect((await counters.add('window', 1_000)).hits).toBe(1));
  });
});

describe('the table of the counters', () => {
  it('takes overlapping keys of two instances without a deadlock, and loses its expired rows', async () => {
    const test = await TestApp.start();
    const second = await TestApp.start({ databaseUrl: test.databaseUrl });
    const stores = [test, second].map(({ app }) => new PostgresCounters(app.get(Lifeline, { strict: false })));
    const keys = Array.from({ length: 50 }, (_, n) => `k${n}`);
    for (let round = 0; round < 20; round++) {
      const reversed = [...keys].reverse();
      await Promise.all(stores.flatMap((store, n) => (n ? keys : reversed).map((key) => store.add(key, 1))));
    }
    await stores[0]?.add('lives', MINUTE);
    await eventually(async () => {
      await test.app.get(ExpiredRows, { strict: false }).sweepOnce('rate_limits');
      expect(await sql(test.databaseUrl, 'SELECT key FROM rate_limits')).toEqual([{ key: 'lives' }]);
    });
  });
});
