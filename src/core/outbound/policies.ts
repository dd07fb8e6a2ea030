import {
  bulkhead,
  BulkheadRejectedError,
  type BulkheadPolicy,
  circuitBreaker,
  type CircuitBreakerPolicy,
  CircuitState,
  CountBreaker,
  handleType,
} from 'cockatiel';
import { Attempts } from './attempts.js';
import type { Call } from './call.js';
import { UpstreamFault } from './upstream-fault.js';
import type { BreakerOptions, Manners } from './upstream-options.js';

// cockatiel opens when more than this share failed.
const ALMOST_HALF = 0.5 - Number.EPSILON;

export type BreakerState = 'closed' | 'half-open' | 'open';

/** What stands between a call and its upstream: bulkhead, breaker, and attempts with their timeouts. */
export class Policies {
  private readonly bulkhead: BulkheadPolicy;
  private readonly breaker?: CircuitBreakerPolicy;
  private readonly attempts: Attempts;
  private openUntil = 0;

  constructor(manners: Manners, onBreaker: (state: BreakerState) => void) {
    this.bulkhead = bulkhead(manners.concurrency, manners.queue);
    this.attempts = new Attempts(manners);
    if (manners.breaker !== 'none') this.breaker = this.makeBreaker(manners.breaker, onBreaker);
  }

  get state(): BreakerState {
    if (this.breaker?.state === CircuitState.Open) return 'open';
    return this.breaker?.state === CircuitState.HalfOpen ? 'half-open' : 'closed';
  }

  /** @throws {UpstreamFault} or, if the caller leaves, the reason of that */
  async run<T>(call: Call<T>): Promise<T> {
    const budget = AbortSignal.timeout(call.budgetMs);
    const deadline = performance.now() + call.budgetMs;
    const ended = AbortSignal.any([budget, call.left]);
    const work = () => this.bulkhead.execute(() => this.guarded(call, budget, deadline), ended);
    try {
      // The bulkhead looks at the signal only when it is the turn of who waits.
      return await unless(ended, work);
    } catch (thrown) {
      if (call.left.aborted) throw call.left.reason;
      if (thrown instanceof BulkheadRejectedError) throw new UpstreamFault('unavailable', 'busy', { retryAfter: 1 });
      if (thrown === budget.reason) throw new UpstreamFault('timeout', 'budget');
      throw thrown;
    }
  }

  private guarded<T>(call: Call<T>, budget: AbortSignal, deadline: number): Promise<T> {
    const restSeconds = this.restSeconds();
    if (restSeconds > 0) throw new UpstreamFault('unavailable', 'breaker', { retryAfter: restSeconds });
    // Whether the upstream is back is found out, also when the caller that tries it leaves.
    const signal = this.state === 'closed' ? AbortSignal.any([budget, call.left]) : budget;
    const attempts = () => this.attempts.run(call, signal, deadline);
    return this.breaker ? this.breaker.execute(attempts) : attempts();
  }

  /** How long to leave it alone. While one tries it, cockatiel would let all the others wait for the outcome. */
  private restSeconds(): number {
    if (this.state === 'half-open') return 1;
    return this.state === 'open' ? Math.ceil((this.openUntil - Date.now()) / 1_000) : 0;
  }

  private makeBreaker({ restMs, calls }: BreakerOptions, onBreaker: (state: BreakerState) => void) {
    const breaker = circuitBreaker(handleType(UpstreamFault), {
      halfOpenAfter: restMs,
      breaker: new CountBreaker({ threshold: ALMOST_HALF, size: 2 * calls, minimumNumberOfCalls: calls }),
    });
    breaker.onBreak(() => (this.openUntil = Date.now() + restMs));
    breaker.onStateChange(() => onBreaker(this.state));
    return breaker;
  }
}

/** @throws the reason of the signal as soon as it fires */
function unless<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) return leave();
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', leave));
  });
}
