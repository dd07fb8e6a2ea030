import { Agent } from 'undici';
import { within } from '../database/within.js';
import type { Call } from './call.js';
import { exchange, type Message } from './exchange.js';
import { type BreakerState, Policies } from './policies.js';
import { publicLookup } from './public-addresses.js';
import type { UpstreamAnswer } from './upstream-answer.js';
import type { Manners } from './upstream-options.js';

const CLOSES_WITHIN_MS = 1_000;

export interface ClientOptions {
  readonly manners: Manners;
  /** Whether connections are made to public addresses only */
  readonly publicOnly: boolean;
  readonly onBreaker: (state: BreakerState) => void;
  readonly onAttempt: () => void;
}

/** Connections to an upstream, and how it is dealt with. Loaded when the first request is made: the start need not wait. */
export class UpstreamClient {
  private readonly agent: Agent;
  private readonly policies: Policies;
  private readonly running = new Set<Promise<UpstreamAnswer>>();

  constructor(private readonly options: ClientOptions) {
    const { manners, publicOnly, onBreaker } = options;
    this.policies = new Policies(manners, onBreaker);
    this.agent = new Agent({
      allowH2: false,
      connect: { timeout: manners.timeoutMs, ...(publicOnly && { lookup: publicLookup() }) },
      // There is one clock for an attempt, and it is not these.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  get state(): BreakerState {
    return this.policies.state;
  }

  /** @param judge throws an UpstreamFault if the answer is none. @throws {UpstreamFault} */
  send(
    message: Message,
    call: Omit<Call<UpstreamAnswer>, 'attempt'>,
    judge: (answer: UpstreamAnswer) => void,
  ): Promise<UpstreamAnswer> {
    const sent = this.policies.run({ ...call, attempt: (signal) => this.attempt(message, signal, judge) });
    const forget = () => this.running.delete(sent);
    this.running.add(sent);
    sent.then(forget, forget);
    return sent;
  }

  /** Lets what is under way end, for a moment. The agent's own `close` would wait for it without end. */
  async close(): Promise<void> {
    await within(CLOSES_WITHIN_MS, Promise.allSettled(this.running)).catch(() => undefined);
    await this.agent.destroy();
  }

  private async attempt(message: Message, signal: AbortSignal, judge: (answer: UpstreamAnswer) => void) {
    const { manners, onAttempt } = this.options;
    onAttempt();
    const answer = await exchange(this.agent, message, { signal, ...manners });
    judge(answer);
    return answer;
  }
}
