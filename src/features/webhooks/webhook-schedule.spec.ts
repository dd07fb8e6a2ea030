import { secondsUntilNext } from './webhook-schedule.js';

describe('the schedule of webhooks', () => {
  it('[R-65] waits as Standard Webhooks recommends, nine times', () => {
    const delays = Array.from({ length: 9 }, (_, index) => secondsUntilNext(index + 1, 0, () => 0));
    expect(delays).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
    expect(secondsUntilNext(10)).toBeUndefined();
  });

  it('waits up to a fifth longer, and no shorter', () => {
    expect(secondsUntilNext(1, 0, () => 1)).toBe(6);
    for (let time = 0; time < 100; time++) {
      const delay = secondsUntilNext(2) ?? 0;
      expect(delay).toBeGreaterThanOrEqual(300);
      expect(delay).toBeLessThanOrEqual(360);
    }
  });

  it('waits as long as the receiver asks for, if that is longer', () => {
    expect(secondsUntilNext(1, 60)).toBe(60);
    expect(secondsUntilNext(2, 60)).toBeGreaterThanOrEqual(300);
    expect(secondsUntilNext(10, 60)).toBeUndefined();
  });
});
