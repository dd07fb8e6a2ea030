import type { PinoLogger } from 'nestjs-pino';
import type { Counter, Histogram } from 'prom-client';
import type { Metrics } from '../metrics/metrics.js';

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30];

/** What is kept of all calls, by upstream. */
export interface Records {
  readonly logger: PinoLogger;
  readonly attempts: Counter<'upstream'>;
  readonly duration: Histogram<'upstream' | 'outcome'>;
}

export function recordsIn(metrics: Metrics, logger: PinoLogger): Records {
  return {
    logger,
    attempts: metrics.counter('upstream_attempts_total', 'Requests sent to upstreams, repeated ones too', ['upstream']),
    duration: metrics.histogram(
      'upstream_request_duration_seconds',
      'Time until an upstream has answered or is given up, with all attempts',
      ['upstream', 'outcome'],
      SECONDS,
    ),
  };
}
