import { fingerprint } from './fingerprint.js';
import { parseKey } from './idempotency-key.decorator.js';
import { IdempotencyInProgress, IdempotencyKeyRequired } from './idempotency.errors.js';
import { WaitingLines } from './waiting-lines.js';

describe('the key', () => {
  it('is the same, bare or in quotes', () => {
    expect(parseKey('8e03978e-40d5')).toBe('8e03978e-40d5');
    expect(parseKey('"8e03978e-40d5"')).toBe('8e03978e-40d5');
    expect(parseKey(String.raw`"a \"b\" \\ c"`)).toBe(String.raw`a "b" \ c`);
    expect(parseKey('k'.repeat(255))).toHaveLength(255);
  });

  it.each(['""', '"', '"open', 'in"side', '"a"b"', 'k'.repeat(256), 'ü', 'tab\tbed', String.raw`"a\b"`])(
    'is not %s',
    (header) => {
      expect(() => parseKey(header)).toThrow('The request is not valid.');
    },
  );

  it('[R-62] is required', () => {
    expect(() => parseKey(undefined)).toThrow(IdempotencyKeyRequired);
    expect(() => parseKey('')).toThrow(IdempotencyKeyRequired);
  });
});

describe('the fingerprint', () => {
  it('does not depend on the order of properties', () => {
    const first = { b: [{ y: 1, x: undefined, z: null }], a: new Date(0) };
    const second = { a: '1970-01-01T00:00:00.000Z', b: [{ z: null, y: 1 }] };
    expect(fingerprint(first)).toEqual(fingerprint(second));
    expect(fingerprint(first)).toHaveLength(32);
  });

  it('depends on everything else', () => {
    const requests = [{ a: 1 }, { a: '1' }, { a: [1] }, { a: [1, 2] }, { a: [2, 1] }, { a: null }, {}, { b: 1 }, []];
    expect(new Set(requests.map((request) => fingerprint(request).toString('hex'))).size).toBe(requests.length);
  });
});

describe('a waiting line', () => {
  it('lets one work at a time, in the order of arrival, and is gone afterwards', async () => {
    const lines = new WaitingLines();
    const seen: string[] = [];
    const work = (name: string) => async () => {
      seen.push(`${name} in`);
      await Promise.resolve();
      seen.push(`${name} out`);
      if (name === 'b') throw new Error(name);
    };
    const all = ['a', 'b', 'c'].map((name) => lines.inTurn('key', 1_000, work(name)));
    await lines.inTurn('other', 1_000, () => Promise.resolve());
    const outcomes = await Promise.allSettled(all);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(seen).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
    expect(lines.size).toBe(0);
  });

  it('[R-62] has room for 64, of whom nobody waits longer than their patience', async () => {
    const lines = new WaitingLines();
    const first = Promise.withResolvers<void>();
    const working = lines.inTurn('key', 500, () => first.promise);
    let calls = 0;
    const never = () => Promise.resolve(++calls);
    const waiting = Array.from({ length: 64 }, () => lines.inTurn('key', 500, never));
    const started = performance.now();
    await expect(lines.inTurn('key', 500, never)).rejects.toThrow(IdempotencyInProgress);
    expect(performance.now() - started).toBeLessThan(400);
    const outcomes = await Promise.allSettled(waiting);
    expect(outcomes.every((outcome) => outcome.status === 'rejected')).toBe(true);
    expect(calls).toBe(0);
    first.resolve();
    await working;
    expect(lines.size).toBe(0);
  });
});
