/** What one instance tells all of them. */
export interface Signal {
  /** The instance, as long as its process lives */
  readonly sender: string;
  /** Each of its signals has a higher one: whoever hears it twice knows */
  readonly number: number;
  readonly channel: string;
  readonly payload: string;
}

/** What came since the look before. */
export interface News {
  readonly signals: readonly Signal[];
  /** Since when nothing is known to be missing, on the clock of `performance.now()`; undefined while there is more */
  readonly completeAt?: number;
  /** Whether some may have been lost before these. */
  readonly gap: boolean;
}

/** Where signals lie, in one order for everybody, until every instance has read them. */
export abstract class SignalLog {
  /** Adds them behind each other. After an error they may be there or not. */
  abstract append(signals: readonly Signal[]): Promise<void>;

  /** Waits for news, for half a second at most; the first look finds the place from which on they are news. */
  abstract read(): Promise<News>;

  /** Ends the waiting of a look that is under way. */
  abstract wake(): void;
}
