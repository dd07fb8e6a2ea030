import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Transactions } from '../../core/database/transactions.js';
import { Metrics } from '../../core/metrics/metrics.js';
import type { CallOutcome } from './webhook-calls.js';
import { WEBHOOK_TEST } from './webhook-body.js';
import type { DeliveryStatus } from './webhook-delivery.entity.js';
import type { TakenDelivery } from './webhook-queue.js';
import { secondsUntilNext } from './webhook-schedule.js';
import { END } from './webhook-statements.js';
import { WebhookGivingUp } from './webhook-giving-up.js';

const GONE = 410;
/** Who says so has too much to do. */
const OVERLOADED = new Set([429, 502, 504]);
const SLOW_MS = 2_000;

/** Writes down what came of an attempt, and what follows for the delivery and its endpoint. */
@Injectable()
export class WebhookEndings {
  private readonly attempts;

  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly givingUp: WebhookGivingUp,
    metrics: Metrics,
  ) {
    this.attempts = metrics.counter('webhook_attempts_total', 'Webhooks that were sent, by what came of it', [
      'outcome',
    ]);
  }

  /** Of an attempt that is not the newest any more nothing is written down. */
  async end(delivery: TakenDelivery, outcome: CallOutcome): Promise<void> {
    const arrived = outcome.errorCode === null;
    const wait = arrived ? undefined : waitAfter(delivery, outcome);
    const status = arrived ? 'delivered' : wait === undefined ? 'failed' : 'pending';
    const values = valuesOf(delivery, outcome, status, wait);
    if (arrived) await this.dataSource.query(END, values);
    else await this.fail(delivery, outcome, values);
    this.attempts.inc({ outcome: status === 'pending' ? 'retried' : status });
  }

  private fail(delivery: TakenDelivery, { statusCode }: CallOutcome, values: unknown[]): Promise<void> {
    return this.transactions.run(async (tx) => {
      const [standing] = await tx.query<{ givenUp: boolean }[]>(END, values);
      if (standing === undefined) return;
      if (statusCode === GONE) await this.givingUp.disable(tx, delivery, 'gone');
      else if (standing.givenUp) await this.givingUp.disable(tx, delivery, 'failing');
    });
  }
}

/** @returns seconds, or undefined if it is not tried again: who tries out an endpoint looks at the answer */
function waitAfter(delivery: TakenDelivery, { statusCode, retryAfter }: CallOutcome): number | undefined {
  if (statusCode === GONE || delivery.eventType === WEBHOOK_TEST) return undefined;
  return secondsUntilNext(delivery.failures + 1, retryAfter);
}

function valuesOf(delivery: TakenDelivery, outcome: CallOutcome, status: DeliveryStatus, wait?: number): unknown[] {
  const { statusCode, errorCode, durationMs, response, startedAt, retryAfter } = outcome;
  const isOverloaded = retryAfter !== undefined || (statusCode !== null && OVERLOADED.has(statusCode));
  const { id, organizationId, endpointId, attempt } = delivery;
  return [
    ...[id, organizationId, endpointId, attempt, status, wait],
    ...[statusCode, errorCode, durationMs, response, startedAt],
    durationMs > SLOW_MS,
    isOverloaded ? (retryAfter ?? 0) : null,
  ];
}
