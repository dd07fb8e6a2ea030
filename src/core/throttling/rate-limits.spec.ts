import { TestApp } from '../../../test/harness/app.js';
import { RateLimits } from './rate-limits.js';
import { Counters } from './counters.js';

const MINUTE = 60_000;

describe('a caller whose limit changes', () => {
  let limits: RateLimits;
  let counters: Counters;
  let asked: number;
  beforeAll(async () => {
    const { app } = await TestApp.start();
    limits = app.get(RateLimits);
    counters = app.get(Counters, { strict: false });
    const add = counters.add.bind(counters);
    counters.add = (key, windowMs) => (asked++, add(key, windowMs));
  });
  beforeEach(() => {
    asked = 0;
  });

  const take = async (caller: string, quota: number) => {
    const { hits } = await limits.count({ name: 'test', quota, windowMs: MINUTE }, caller);
    return hits <= quota;
  };

  it('is let through as soon as it is a larger one, and held to what they have used', async () => {
    const answers: boolean[] = [];
    for (const quota of [2, 2, 2, 2, 5, 5, 5, 5]) answers.push(await take('upgraded', quota));
    // The second use is the last one, so two were refused from memory, and count for nothing.
    expect(answers).toEqual([true, true, false, false, true, true, true, false]);
  });

  it('is refused at once when it is a smaller one, without asking', async () => {
    for (const quota of [3, 3, 3]) await take('downgraded', quota);
    expect(asked).toBe(3);
    expect(await take('downgraded', 2)).toBe(false);
    expect(await take('downgraded', 3)).toBe(false);
    expect(asked).toBe(3);
  });
});
