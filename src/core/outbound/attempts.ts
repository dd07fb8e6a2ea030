import { setTimeout as sleep } from 'node:timers/promises';
import { timeout, type TimeoutPolicy, TimeoutStrategy } from 'cockatiel';
import type { Call } from './call.js';
import { faultOf, UpstreamFault } from './upstream-fault.js';
import type { Manners } from './upstream-options.js';

/** Attempts of one call: each has its time, and what may be repeated is, as long as all of them have theirs. */
export class Attempts {
  private readonly timeout: TimeoutPolicy;

  constructor(private readonly manners: Manners) {
    // Cooperative: what was given up has ended before the next one begins.
    this.timeout = timeout(manners.timeoutMs, { strategy: TimeoutStrategy.Cooperative, abortOnReturn: false });
  }

  /**
   * The waits are our own: those of cockatiel go on when their caller has left.
   * @param deadline on the clock of `performance.now()`
   * @throws {UpstreamFault} the last one
   */
  async run<T>(call: Call<T>, signal: AbortSignal, deadline: number): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once(call, signal);
      } catch (thrown) {
        const waitMs = this.waitAfter(attempt, thrown, call);
        if (waitMs === undefined || performance.now() + waitMs > deadline) throw thrown;
        call.onRetry(attempt, thrown as UpstreamFault);
        await sleep(waitMs, undefined, { signal });
      }
    }
  }

  private async once<T>({ attempt, left }: Call<T>, signal: AbortSignal): Promise<T> {
    let own: AbortSignal | undefined;
    try {
      return await this.timeout.execute((context) => attempt((own = context.signal)), signal);
    } catch (thrown) {
      // Neither the caller's leaving nor our own mistake says anything about the upstream.
      if (left.aborted && signal.aborted) throw thrown;
      if (own?.aborted) throw new UpstreamFault('timeout', 'timeout', { transient: true });
      throw faultOf(thrown) ?? thrown;
    }
  }

  /** @returns undefined if there is no point in another attempt */
  private waitAfter(attempt: number, thrown: unknown, { repeatable }: Call<unknown>): number | undefined {
    if (!(thrown instanceof UpstreamFault && thrown.transient)) return undefined;
    if (!repeatable || attempt >= this.manners.attempts) return undefined;
    // Who failed together does not come back together; up to half more, so that three attempts of five seconds fit.
    const backoffMs = this.manners.backoffMs * 2 ** (attempt - 1) * (1 + Math.random() / 2);
    return Math.max(backoffMs, (thrown.retryAfter ?? 0) * 1_000);
  }
}
