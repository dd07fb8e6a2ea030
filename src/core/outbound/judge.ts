import type { UpstreamAnswer } from './upstream-answer.js';
import { UpstreamFault } from './upstream-fault.js';

const LONGEST_RETRY_AFTER = 3_600;

/** Tells answers from failures: what the upstream did wrong, and what it has no time for, is none. @throws {UpstreamFault} */
export function judge({ status, headers }: UpstreamAnswer): void {
  if (status < 500 && status !== 429) return;
  const retryAfter = secondsOf(headers['retry-after']);
  const code = String(status);
  if (status === 429 || status === 503) throw new UpstreamFault('unavailable', code, { transient: true, retryAfter });
  if (status === 504) throw new UpstreamFault('timeout', code, { transient: true, retryAfter });
  throw new UpstreamFault('failed', code, { transient: status === 502, retryAfter });
}

/** Of a `Retry-After`, which is a number of seconds or a date. */
export function secondsOf(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string') return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : Math.ceil((Date.parse(header) - Date.now()) / 1_000);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 1), LONGEST_RETRY_AFTER);
}
