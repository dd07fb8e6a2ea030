import { randomUUID } from 'node:crypto';
import { inContext, RequestContext } from '../http/request-context.js';

/** The attempt took longer than its kind may. */
export class TimedOut extends Error {}

/** The attempt was ended from outside: the process stops, or somebody cancelled the job. It is nobody's failure. */
export class Interrupted extends Error {}

interface Circumstances {
  /** Which request the work comes from: its log lines say so */
  readonly requestId?: string;
  readonly timeoutMs: number;
  /** Ends the attempt from outside */
  readonly interruption: AbortSignal;
}

/**
 * Works until it is done, out of time or interrupted. It is not waited for longer: what it still does on the database or
 * on the network is stopped, as that of a request is whose client has left.
 * @throws {TimedOut | Interrupted} or what the work throws
 */
export async function attempt<T>(
  { requestId = randomUUID(), timeoutMs, interruption }: Circumstances,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const context = new RequestContext(requestId);
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (reason: Error) => {
    // First, or the work's own complaint about being stopped would be the outcome.
    reject(reason);
    context.abandon();
  };
  const interrupt = () => end(new Interrupted('interrupted'));
  if (interruption.aborted) interrupt();
  const timer = setTimeout(() => end(new TimedOut(`timeout: not done within ${timeoutMs} ms`)), timeoutMs);
  interruption.addEventListener('abort', interrupt);
  try {
    return await Promise.race([ended, inContext(context, () => work(context.signal))]);
  } finally {
    clearTimeout(timer);
    interruption.removeEventListener('abort', interrupt);
  }
}
