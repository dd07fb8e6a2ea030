import type { UpstreamFault } from './upstream-fault.js';

/** One call, which may take several attempts. */
export interface Call<T> {
  readonly attempt: (signal: AbortSignal) => Promise<T>;
  /** Whether it may be attempted again */
  readonly repeatable: boolean;
  readonly budgetMs: number;
  /** Fires when the caller leaves */
  readonly left: AbortSignal;
  readonly onRetry: (attempt: number, fault: UpstreamFault) => void;
}
