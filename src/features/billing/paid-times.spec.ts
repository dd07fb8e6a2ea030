import fc from 'fast-check';
import { aMonthAfter, type PaidTime, withBought, withoutOne } from './paid-times.js';

const at = (text: string) => Date.parse(`${text}T00:00:00Z`);
const FREELANCE = 1;
const BUSINESS = 2;

/** As they read: rank, first and last day. */
const shown = (times: readonly PaidTime[]) =>
  times.map(({ rank, from, until }) => [
    rank,
    new Date(from).toISOString().slice(0, 10),
    new Date(until).toISOString().slice(0, 10),
  ]);

describe('a month of a plan', () => {
  it.each([
    ['2026-01-15', '2026-02-15'],
    ['2026-01-31', '2026-02-28'],
    ['2028-01-31', '2028-02-29'],
    ['2026-12-31', '2027-01-31'],
  ])('from %s ends on %s', (start, end) => expect(aMonthAfter(at(start))).toBe(at(end)));

  it('begins at once if nothing is paid for, and behind what is paid for of the same or a higher plan', () => {
    const now = at('2026-01-10');
    const first = withBought([], { id: 'a', rank: BUSINESS }, now);
    const second = withBought(first, { id: 'b', rank: BUSINESS }, at('2026-01-20'));
    const third = withBought(second, { id: 'c', rank: FREELANCE }, at('2026-01-25'));
    expect(shown(third)).toEqual([
      [BUSINESS, '2026-01-10', '2026-02-10'],
      [BUSINESS, '2026-02-10', '2026-03-10'],
      [FREELANCE, '2026-03-10', '2026-04-10'],
    ]);
  });

  it('begins at once if it is of a higher plan, and what is left of the lower one comes after it', () => {
    const lower = withBought(
      withBought([], { id: 'a', rank: FREELANCE }, at('2026-01-10')),
      { id: 'b', rank: FREELANCE },
      at('2026-01-10'),
    );
    const upgraded = withBought(lower, { id: 'c', rank: BUSINESS }, at('2026-01-20'));
    expect(shown(upgraded)).toEqual([
      [BUSINESS, '2026-01-20', '2026-02-20'],
      [FREELANCE, '2026-01-10', '2026-03-13'],
      [FREELANCE, '2026-03-13', '2026-04-10'],
    ]);
    expect(shown(withoutOne(upgraded, 'c', at('2026-01-30')))).toEqual([
      [FREELANCE, '2026-01-10', '2026-02-20'],
      [FREELANCE, '2026-02-20', '2026-03-20'],
    ]);
  });

  it('loses nobody a moment, in whatever order plans are bought and taken back', () => {
    const buys = fc.record({
      rank: fc.integer({ min: -1, max: 3 }),
      afterMs: fc.integer({ min: 0, max: 40 * 86_400_000 }),
    });
    const steps = fc.array(
      fc.oneof({ weight: 3, arbitrary: buys }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 9 }) }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        let [now, times, ids] = [at('2026-01-31'), [] as PaidTime[], 0];
        for (const step of all) {
          const before = leftIn(times, now);
          if (typeof step === 'number') {
            const gone = times[step];
            if (gone === undefined) continue;
            const own =
              leftIn(times, now) -
              leftIn(
                times.filter(({ id }) => id !== gone.id),
                now,
                gone,
              );
            times = withoutOne(times, gone.id, now);
            expect(leftIn(times, now)).toBe(before - own);
          } else {
            now += step.afterMs;
            const alive = leftIn(times, now);
            const id = String(ids++);
            times = withBought(times, { id, rank: step.rank }, now);
            const bought = times.find((one) => one.id === id)!;
            expect(leftIn(times, now)).toBe(alive + bought.until - bought.from);
          }
          expect(isWhole(times, now)).toBe(true);
        }
      }),
    );
  });
});

/** All moments from now on in which something is in force, in milliseconds: of `gone` those that only it covers. */
function leftIn(times: readonly PaidTime[], now: number, gone?: PaidTime): number {
  const ends = times.map(({ until }) => until).filter((until) => until > now);
  if (gone === undefined) return ends.length === 0 ? 0 : Math.max(...ends) - now;
  const higher = [...times, gone]
    .filter(({ until }) => until > now)
    .toSorted((a, b) => b.rank - a.rank || a.from - b.from);
  const place = higher.findIndex(({ id }) => id === gone.id);
  const own =
    place < 0 ? 0 : gone.until - Math.max(now, gone.from, ...higher.slice(0, place).map(({ until }) => until));
  return leftIn([...times, gone], now) - own;
}

/** Whether something is in force at each moment until the end. */
function isWhole(times: readonly PaidTime[], now: number): boolean {
  const inOrder = times.filter(({ until }) => until > now).toSorted((a, b) => a.until - b.until);
  let end = now;
  for (const { from, until } of inOrder) {
    if (from > end) return false;
    end = Math.max(end, until);
  }
  return true;
}
