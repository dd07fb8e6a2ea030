/** How a read went: `shared` waited for the load of another, `bypass` could trust no memory. */
export type Outcome = 'hit' | 'miss' | 'shared' | 'bypass';

export interface CacheOptions {
  /** From 1 to 60 */
  readonly ttlSeconds: number;
  /** How many entries it holds at most: those go first that were not read for longest. By default 500 */
  readonly max?: number;
  /** Whether it remembers also that there is nothing: null or undefined */
  readonly negative?: boolean;
}

/** What a cache asks of all caches together. */
export interface Surroundings {
  /** Since when it hears of all evictions, on the clock of `performance.now()`; undefined while it may miss some */
  inSyncSince(): number | undefined;
  /** Tells all instances to forget. */
  tell(id: string): void;
  count(outcome: Outcome | 'eviction'): void;
}
