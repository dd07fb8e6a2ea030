import type { TraceCarrier } from '../tracing/trace.js';

/** What is kept of a job: what it is told, and which request and trace it comes from. */
export interface StoredJob {
  readonly payload: object;
  readonly requestId?: string;
  readonly trace?: TraceCarrier;
}
