/** Time that was paid for, in milliseconds since 1970. */
export interface PaidTime {
  readonly id: string;
  /** Of its plan: while two times cover a moment, the higher one is in force and the other waits */
  readonly rank: number;
  readonly from: number;
  readonly until: number;
}

/** A calendar month later, on the last day of the month if it has no such day. */
export function aMonthAfter(start: number): number {
  const end = new Date(start);
  const day = end.getUTCDate();
  end.setUTCMonth(end.getUTCMonth() + 1);
  if (end.getUTCDate() !== day) end.setUTCDate(0);
  return end.getTime();
}

/**
 * Puts times that are not over one behind the other: the highest plan first, from `start` on. What is left of a lower one
 * waits meanwhile, so nobody loses what they have paid for.
 * @param times all of one organization, as they stood before
 * @param bought is not among them yet: a month
 * @returns all that are left, in order
 */
export function withBought(
  times: readonly PaidTime[],
  bought: Pick<PaidTime, 'id' | 'rank'>,
  start: number,
): PaidTime[] {
  const left = leftOf(times, start);
  const before = left.filter(({ time }) => time.rank >= bought.rank);
  const after = left.filter(({ time }) => time.rank < bought.rank);
  const from = start + before.reduce((sum, { ms }) => sum + ms, 0);
  const month = { time: { ...bought, from, until: from }, ms: aMonthAfter(from) - from };
  return lineUp([...before, month, ...after], start);
}

/** The same, after one of them was taken back: those behind it move up. */
export function withoutOne(times: readonly PaidTime[], id: string, now: number): PaidTime[] {
  return lineUp(
    leftOf(times, now).filter(({ time }) => time.id !== id),
    now,
  );
}

interface Left {
  readonly time: PaidTime;
  /** How much of it has not been had yet */
  readonly ms: number;
}

/** Times lie one behind the other already: of each, what comes after those before it is left. */
function leftOf(times: readonly PaidTime[], now: number): Left[] {
  const inOrder = times
    .filter(({ until }) => until > now)
    .toSorted((a, b) => b.rank - a.rank || a.from - b.from || (a.id < b.id ? -1 : 1));
  let end = now;
  return inOrder.map((time) => {
    const ms = Math.max(0, time.until - Math.max(end, time.from));
    end = Math.max(end, time.until);
    return { time, ms };
  });
}

function lineUp(left: readonly Left[], start: number): PaidTime[] {
  let end = start;
  return left.map(({ time, ms }) => {
    const begun = time.from < start && time.until > start;
    const from = begun ? time.from : end;
    end += ms;
    return { ...time, from, until: end };
  });
}
