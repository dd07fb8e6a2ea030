/** One number that a measurement found, and what it should be. */
export interface Finding {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: { readonly atMost: number } | { readonly atLeast: number };
}

export interface Outcome {
  readonly findings: readonly Finding[];
  /** Everything that the findings were computed from. */
  readonly raw: unknown;
}

/** How long it takes: `--quick` shortens all of it. */
export interface Effort {
  readonly quick: boolean;
  readonly rounds: number;
  /** V8 compiles for as long as 10 to 30 seconds under load. */
  readonly warmUpSeconds: number;
  readonly roundSeconds: number;
}

export interface Measurement {
  readonly title: string;
  /** On the processors of the server and of the load, apart; else on all of them, as a user would run it. */
  readonly pinned: boolean;
  /** The feature that is measured: once it was cut, nothing is */
  readonly of?: string;
  readonly run: (effort: Effort) => Promise<Outcome>;
}

export const THOROUGH: Effort = { quick: false, rounds: 5, warmUpSeconds: 12, roundSeconds: 5 };
export const QUICK: Effort = { quick: true, rounds: 3, warmUpSeconds: 3, roundSeconds: 2 };

export const hasPassed = ({ value, target }: Finding): boolean =>
  target === undefined || ('atMost' in target ? value <= target.atMost : value >= target.atLeast);

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = NaN, high = NaN] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}
