import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { AppError } from '../../core/errors/app-error.js';
import { Outbound } from '../../core/outbound/outbound.js';
import { secondsOf } from '../../core/outbound/judge.js';
import type { UpstreamAnswer } from '../../core/outbound/upstream-answer.js';
import type { UserTargets } from '../../core/outbound/user-targets.js';
import { outgoingWebhooksConfig, type OutgoingWebhooksConfig } from './outgoing-webhooks.config.js';
import type { TakenDelivery } from './webhook-queue.js';
import { WebhookSecrets } from './webhook-secrets.js';

/** Beside 443 */
const PORTS = [8443];
const MOST_RESPONSE_BYTES = 1_024;

/** What came of a request. */
export interface CallOutcome {
  readonly startedAt: Date;
  readonly durationMs: number;
  /** Null if there was no answer */
  readonly statusCode: number | null;
  /** Null if it has arrived */
  readonly errorCode: string | null;
  /** At most 1 KiB of the answer */
  readonly response: string | null;
  /** Seconds that the receiver has asked for */
  readonly retryAfter?: number;
}

/** Requests to receivers. */
@Injectable()
export class WebhookCalls {
  private readonly targets: UserTargets;

  constructor(
    @Inject(outgoingWebhooksConfig.KEY) { timeoutMs, concurrency, allowLoopback }: OutgoingWebhooksConfig,
    outbound: Outbound,
    private readonly secrets: WebhookSecrets,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(WebhookCalls.name);
    this.targets = outbound.userTargets('webhooks', {
      ports: PORTS,
      allowLoopback,
      timeoutMs,
      budgetMs: timeoutMs,
      maxBytes: MOST_RESPONSE_BYTES,
      cut: true,
      // Those that somebody tries out come on top.
      concurrency: concurrency + 20,
    });
  }

  /** Whether an endpoint may be there at all. @throws {TargetNotAllowed} */
  demand(url: string): void {
    this.targets.demand(url);
  }

  /** @throws the reason of the signal, if that fires */
  async call(delivery: TakenDelivery, signal: AbortSignal): Promise<CallOutcome> {
    const startedAt = new Date();
    const started = performance.now();
    const ended = await this.post(delivery, startedAt, signal).then(outcomeOf, (thrown: unknown) => {
      if (signal.aborted) throw thrown;
      return { statusCode: null, errorCode: this.codeOf(thrown), response: null };
    });
    return { startedAt, durationMs: Math.round(performance.now() - started), ...ended };
  }

  private async post(delivery: TakenDelivery, at: Date, signal: AbortSignal): Promise<UpstreamAnswer> {
    const headers = {
      ...this.secrets.headersOf(delivery, at),
      'content-type': 'application/json',
      // What is cut off could not be unpacked.
      'accept-encoding': 'identity',
    };
    return this.targets.request(delivery.url, { method: 'POST', headers, body: delivery.body, signal });
  }

  /** One of ours, so that no text of a library gets out. What is none is our own fault, and still an attempt. */
  private codeOf(thrown: unknown): string {
    if (thrown instanceof AppError) return thrown.code;
    this.logger.error({ err: thrown }, 'a webhook could not be sent');
    return 'INTERNAL';
  }
}

/** Any 2xx has arrived; a redirect, which is not followed, has not. */
function outcomeOf({ ok, status, bytes, headers }: UpstreamAnswer) {
  const response = bytes.toString('utf8').replaceAll('\0', '\uFFFD').toWellFormed();
  const retryAfter = ok ? undefined : secondsOf(headers['retry-after']);
  return {
    statusCode: status,
    errorCode: ok ? null : 'REFUSED',
    response: response === '' ? null : response,
    retryAfter,
  };
}
