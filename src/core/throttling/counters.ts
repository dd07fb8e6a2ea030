/** Where a window stands after a hit was added to it. */
export interface Count {
  /** Hits in the window, with this one */
  readonly hits: number;
  readonly resetsInMs: number;
}

/** Counts hits in fixed windows. Whatever the store, two hits that come at once are two. */
export abstract class Counters {
  /** @param windowMs how long the window lasts that the first hit opens */
  abstract add(key: string, windowMs: number): Promise<Count>;
}
