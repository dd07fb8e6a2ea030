import { AppError } from '../errors/app-error.js';
import { UpstreamFailed, UpstreamTimeout, UpstreamUnavailable } from './outbound.errors.js';

export type FaultKind = 'failed' | 'timeout' | 'unavailable';

interface FaultOptions {
  /** Whether the same request may succeed a moment later */
  readonly transient?: boolean;
  /** Seconds, as the other side asked for */
  readonly retryAfter?: number;
}

const TIMED_OUT = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
/** As the system names what happens to connections; what Node names (`ERR_…`) is something else. */
const NETWORK = /^(E(?!RR_|PROTO)[A-Z_]+|UND_ERR_SOCKET)$/;

/** What went wrong with the other side, for the log: never its words, never what it was asked. */
export class UpstreamFault extends Error {
  readonly transient: boolean;
  readonly retryAfter?: number;

  constructor(
    readonly kind: FaultKind,
    /** A status, a code of the system, or a word: few and bounded */
    readonly code: string,
    { transient = false, retryAfter }: FaultOptions = {},
  ) {
    super(code);
    this.name = 'UpstreamFault';
    this.transient = transient;
    this.retryAfter = retryAfter;
  }

  /** @param upstream whose fault it is, for the log */
  toAppError(upstream: string): AppError {
    const cause = new Error(`The upstream "${upstream}" failed: ${this.code}.`, { cause: this });
    if (this.kind === 'timeout') return new UpstreamTimeout(cause);
    if (this.kind === 'unavailable') return new UpstreamUnavailable(cause, this.retryAfter);
    return new UpstreamFailed(cause);
  }
}

/** Says what a failed exchange means. @returns undefined if the fault is ours */
export function faultOf(thrown: unknown): UpstreamFault | undefined {
  if (thrown instanceof UpstreamFault) return thrown;
  if (thrown instanceof AppError) return undefined;
  const code = (thrown as { code?: unknown } | undefined)?.code;
  if (typeof code !== 'string' || code === 'UND_ERR_INVALID_ARG') return undefined;
  // We are closing: there is no later.
  if (code === 'UND_ERR_DESTROYED') return new UpstreamFault('unavailable', code);
  if (TIMED_OUT.has(code)) return new UpstreamFault('timeout', code, { transient: true });
  if (NETWORK.test(code)) return new UpstreamFault('unavailable', code, { transient: true });
  return new UpstreamFault('failed', code);
}
