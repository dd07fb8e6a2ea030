export interface BreakerOptions {
  /** How long the upstream is left alone, in milliseconds */
  readonly restMs: number;
  /** Of so many calls at least half must have failed */
  readonly calls: number;
}

/** How an upstream is asked. The defaults suit most of them. */
export interface Manners {
  /** Of one attempt, from connecting to the last byte; at most 30 seconds */
  readonly timeoutMs: number;
  /** Of all attempts and the waits between them. Inside of a request less, so that its answer is in time. */
  readonly budgetMs: number;
  readonly attempts: number;
  /** Before the second attempt; twice as long before the third */
  readonly backoffMs: number;
  /** Of the answer's body, decompressed */
  readonly maxBytes: number;
  /** Whether of a longer body that much is read and the rest given up; else it is a failure */
  readonly cut: boolean;
  readonly concurrency: number;
  /** How many more may wait for their turn */
  readonly queue: number;
  /** `none`: it is asked again and again */
  readonly breaker: BreakerOptions | 'none';
}

export const DEFAULTS = {
  timeoutMs: 5_000,
  budgetMs: 20_000,
  attempts: 3,
  backoffMs: 1_000,
  maxBytes: 1_048_576,
  cut: false,
  concurrency: 20,
  queue: 100,
  breaker: { restMs: 30_000, calls: 10 },
} satisfies Manners;

const LONGEST_ATTEMPT_MS = 30_000;

/** @throws if an attempt could take longer than 30 seconds */
export function mannersOf(own: Partial<Manners>): Manners {
  const said = Object.entries(own).filter(([, value]) => value !== undefined);
  const manners: Manners = { ...DEFAULTS, ...Object.fromEntries(said) };
  if (manners.timeoutMs > LONGEST_ATTEMPT_MS) throw new Error(`No attempt takes longer than ${LONGEST_ATTEMPT_MS} ms.`);
  return { ...manners, budgetMs: Math.max(manners.budgetMs, manners.timeoutMs) };
}
