export const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

/** In milliseconds. */
export async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** What else a machine does only adds to a measure: tries again, a few times, until it is below what it may be. */
export async function leastOf(times: number, enough: number, measure: () => Promise<number>): Promise<number> {
  let least = Infinity;
  for (let time = 0; time < times && least >= enough; time++) least = Math.min(least, await measure());
  return least;
}

/**
 * How much longer one of two takes than the other, as a share of what they take: the median over pairs, whose halves
 * follow each other in an order of chance, so that what slows the machine for a while slows both.
 */
export async function differenceInTime(pairs: readonly (readonly [Call, Call])[]): Promise<number> {
  const differences: number[] = [];
  const times: number[] = [];
  for (const [one, other] of pairs) {
    const swapped = Math.random() < 0.5;
    const first = await timeOf(swapped ? other : one);
    const second = await timeOf(swapped ? one : other);
    differences.push(swapped ? second - first : first - second);
    times.push(first, second);
  }
  return Math.abs(median(differences)) / median(times);
}

type Call = () => Promise<unknown>;
