import { RequestTimeout } from '../errors/core.errors.js';
import { currentRequest } from '../http/request-context.js';
import type { Message } from './exchange.js';
import type { BreakerState } from './policies.js';
import type { Records } from './records.js';
import type { UpstreamAnswer } from './upstream-answer.js';
import type { UpstreamClient } from './upstream-client.js';
import { UpstreamFault } from './upstream-fault.js';
import type { Manners } from './upstream-options.js';

/** Of the time that a request has left, what an upstream may take: something remains for the answer. */
const SHARE_OF_REQUEST = 0.9;

export interface CallerOptions {
  readonly name: string;
  readonly manners: Manners;
  readonly publicOnly: boolean;
}

interface Terms {
  readonly repeatable: boolean;
  readonly signal?: AbortSignal;
  readonly judge: (answer: UpstreamAnswer) => void;
}

/** Asks one upstream, or one group of them, and keeps account of it. */
export class Caller {
  private loading?: Promise<UpstreamClient>;
  private client?: UpstreamClient;

  constructor(
    private readonly options: CallerOptions,
    private readonly records: Records,
  ) {}

  get state(): BreakerState {
    return this.client?.state ?? 'closed';
  }

  /** @throws {UpstreamFailed | UpstreamUnavailable | UpstreamTimeout} or, if the caller leaves, the reason of that */
  async ask(message: Message, terms: Terms): Promise<UpstreamAnswer> {
    const observe = this.records.duration.startTimer({ upstream: this.options.name });
    const left = leaving(terms.signal);
    try {
      const answer = await this.send(message, terms, left);
      observe({ outcome: answer.ok ? 'ok' : 'refused' });
      return answer;
    } catch (thrown) {
      observe({ outcome: outcomeOf(thrown, left) });
      if (currentRequest()?.abandoned) throw new RequestTimeout();
      throw thrown instanceof UpstreamFault ? thrown.toAppError(this.options.name) : thrown;
    }
  }

  async close(): Promise<void> {
    await this.client?.close();
  }

  private async send(message: Message, { repeatable, judge }: Terms, left: AbortSignal): Promise<UpstreamAnswer> {
    const client = await (this.loading ??= this.load());
    const onRetry = (attempt: number, { code }: UpstreamFault) => this.tellRetry(message, attempt, code);
    return client.send(message, { repeatable, left, onRetry, budgetMs: this.budgetMs() }, judge);
  }

  /** On the first request: the libraries would hold up the start. */
  private async load(): Promise<UpstreamClient> {
    const { UpstreamClient } = await import('./upstream-client.js');
    const { name, manners, publicOnly } = this.options;
    const onAttempt = () => this.records.attempts.inc({ upstream: name });
    const onBreaker = (state: BreakerState) => this.tellBreaker(state);
    this.client = new UpstreamClient({ manners, publicOnly, onAttempt, onBreaker });
    return this.client;
  }

  private budgetMs(): number {
    const leftMs = (currentRequest()?.endsAt ?? Infinity) - performance.now();
    return Math.max(1, Math.floor(Math.min(this.options.manners.budgetMs, leftMs * SHARE_OF_REQUEST)));
  }

  private tellRetry({ method }: Message, attempt: number, reason: string): void {
    this.records.logger.warn({ upstream: this.options.name, method, attempt, reason }, 'upstream is asked again');
  }

  private tellBreaker(breaker: BreakerState): void {
    const level = breaker === 'open' ? 'warn' : 'info';
    this.records.logger[level]({ upstream: this.options.name, breaker }, 'breaker changed its state');
  }
}

/** Fires when nobody waits any more: neither the request nor who else asked. */
function leaving(signal: AbortSignal | undefined): AbortSignal {
  const request = currentRequest()?.signal;
  return AbortSignal.any([request, signal].filter((one) => one !== undefined));
}

function outcomeOf(thrown: unknown, left: AbortSignal): string {
  if (left.aborted) return 'abandoned';
  return thrown instanceof UpstreamFault ? thrown.kind : 'error';
}
