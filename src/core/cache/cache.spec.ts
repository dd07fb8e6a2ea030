import { setTimeout as sleep } from 'node:timers/promises';
import { Cache } from './cache.js';
import type { CacheOptions } from './cache-options.js';

const tenant = { organizationId: '018f0000-0000-7000-8000-000000000001' };
const stranger = { organizationId: '018f0000-0000-7000-8000-000000000002' };

/** A cache of numbers, each load of which gives the next one, and what it asked of the others. */
function setUp(options: Partial<CacheOptions> = {}) {
  const counted: Record<string, number> = {};
  const world = { inSyncSince: -Infinity as number | undefined, told: [] as string[], counted, loads: 0 };
  const cache = new Cache<unknown>(
    'test',
    { ttlSeconds: 60, ...options },
    {
      inSyncSince: () => world.inSyncSince,
      tell: (id) => world.told.push(id),
      count: (what) => (counted[what] = (counted[what] ?? 0) + 1),
    },
  );
  const load = () => Promise.resolve(++world.loads);
  return { cache, world, load, get: (key = 'key', of = tenant) => cache.get(of, key, load) };
}

describe('a cache', () => {
  it('reads once for all who ask at the same time, and remembers', async () => {
    const { get, world } = setUp();
    expect(await Promise.all(Array.from({ length: 50 }, () => get()))).toEqual(Array.from({ length: 50 }, () => 1));
    expect(await get()).toBe(1);
    expect(world.counted).toEqual({ miss: 1, shared: 49, hit: 1 });
  });

  it('keeps organizations, keys and names apart', async () => {
    const { get, world } = setUp();
    const answers = [await get('a'), await get('b'), await get('a', stranger), await get('a')];
    expect(answers).toEqual([1, 2, 3, 1]);
    const { cache } = setUp();
    cache.evict(tenant, 'a');
    const other = new Cache(
      'another',
      { ttlSeconds: 1 },
      {
        inSyncSince: () => 0,
        tell: (id) => world.told.push(id),
        count: () => undefined,
      },
    );
    other.evict(tenant, 'a');
    expect(new Set(world.told).size).toBe(1);
  });

  it('neither keeps nor gives to whoever comes later what was being read when it was told to forget', async () => {
    const { cache, get } = setUp();
    const old = Promise.withResolvers<string>();
    const early = cache.get(tenant, 'key', () => old.promise);
    cache.evict(tenant, 'key');
    const late = get();
    old.resolve('old');
    expect(await Promise.all([early, late])).toEqual(['old', 1]);
    expect(await get()).toBe(1);
  });

  it('forgets also what is being read when it may have missed something', async () => {
    const { cache, get } = setUp();
    const old = Promise.withResolvers<string>();
    const early = cache.get(tenant, 'key', () => old.promise);
    cache.clear();
    old.resolve('old');
    await early;
    expect(await get()).toBe(1);
  });

  it('is bypassed while it may miss something, and trusts nothing of before', async () => {
    const { get, world } = setUp();
    expect(await get()).toBe(1);
    world.inSyncSince = undefined;
    expect(await Promise.all([get(), get()])).toEqual([2, 2]);
    expect(await get()).toBe(3);
    world.inSyncSince = performance.now();
    expect(await get()).toBe(4);
    expect(await get()).toBe(4);
    expect(world.counted).toEqual({ miss: 2, bypass: 3, hit: 1 });
  });

  it('remembers no failure, and lets everybody know of it', async () => {
    const { cache, get } = setUp();
    const fail = () => cache.get(tenant, 'key', () => Promise.reject(new Error('no')));
    const failing = [fail(), fail()];
    for (const one of failing) await expect(one).rejects.toThrow('no');
    await expect(
      cache.get(tenant, 'key', () => {
        throw new Error('at once');
      }),
    ).rejects.toThrow('at once');
    expect(await get()).toBe(1);
  });

  it.each([null, undefined])('remembers %s only when asked to', async (nothing) => {
    for (const [negative, loads] of [
      [false, 2],
      [true, 1],
    ] as const) {
      const { cache } = setUp({ negative });
      let asked = 0;
      const load = () => Promise.resolve((asked++, nothing));
      expect(await cache.get(tenant, 'key', load)).toBe(nothing);
      expect(await cache.get(tenant, 'key', load)).toBe(nothing);
      expect(asked).toBe(loads);
    }
  });

  it('counts the life of a value from when it began to be read', async () => {
    const { cache, get } = setUp({ ttlSeconds: 0.3 });
    const slow = async () => (await sleep(200), 'slow');
    expect(await cache.get(tenant, 'key', slow)).toBe('slow');
    expect(await get()).toBe('slow');
    await sleep(150);
    expect(await get()).toBe(1);
  });

  it('keeps so many, those that were read last', async () => {
    const { get } = setUp({ max: 2 });
    await get('a');
    await get('b');
    await get('a');
    await get('c');
    expect([await get('a'), await get('c'), await get('b')]).toEqual([1, 3, 4]);
  });

  it('gives everybody a value that nobody can change', async () => {
    const { cache } = setUp();
    const load = () => Promise.resolve({ list: [{ name: 'a' }], bytes: Buffer.from('b') });
    const value = (await cache.get(tenant, 'key', load)) as Awaited<ReturnType<typeof load>>;
    expect(() => value.list.push({ name: 'b' })).toThrow(TypeError);
    expect(() => (value.list[0]!.name = 'b')).toThrow(TypeError);
  });
});
