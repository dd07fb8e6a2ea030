import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Alerts } from '../../core/alerts/alerts.js';
import type { Tx } from '../../core/database/transactions.js';
import { Events } from '../../core/events/events.service.js';
import { Metrics } from '../../core/metrics/metrics.js';
import type { Money } from '../../core/payments/payables.js';
import { paymentDisputed } from './payment.events.js';
import type { ProviderPayment } from './payment-provider.js';
import { DISPUTE, FAIL, MISMATCH } from './payment-statements.js';
import { type ShownPayment, toPaymentView } from './payment.views.js';
import { ProviderChoice } from './provider-choice.js';
import { Refunds } from './refunds.service.js';
import { Settlements } from './settlements.js';

/** How a payment was here before the provider was asked, and how it is there. */
export interface Look {
  readonly payment: ShownPayment;
  readonly snapshot: ProviderPayment;
}

/**
 * Makes true here what the provider says is true. Who was asked, and how often, does not matter: each step moves a payment
 * forward, or finds that it is there already.
 */
@Injectable()
export class Snapshots {
  private readonly mismatches;

  constructor(
    private readonly choice: ProviderChoice,
    private readonly settlements: Settlements,
    private readonly refunds: Refunds,
    private readonly events: Events,
    private readonly alerts: Alerts,
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    logger.setContext(Snapshots.name);
    const help = 'Payments of which a provider said another amount or currency than was asked for';
    this.mismatches = metrics.counter('payment_mismatches_total', help, ['provider']);
  }

  /** Asks the provider, outside of any transaction. */
  async take(payment: ShownPayment, reference: string): Promise<Look> {
    return { payment, snapshot: await this.choice.of(payment).fetch(reference) };
  }

  /** @param told what an event says was paid, if it says so */
  async apply(tx: Tx, { payment, snapshot }: Look, told?: Money): Promise<void> {
    const said = [snapshot.state === 'paid' ? snapshot : undefined, told].filter((money) => money !== undefined);
    const other = said.find(({ amount, currency }) => amount !== payment.amount || currency !== payment.currency);
    if (other !== undefined) return this.mismatch(tx, payment, other);
    if (snapshot.state === 'expired') return this.settlements.expire(tx, payment);
    if (snapshot.state === 'open') return;
    await this.settlements.pay(tx, payment, snapshot.chargeReference ?? snapshot.reference);
    await this.refunds.book(tx, payment.id, snapshot.refunded, payment.refundFailures);
    if (snapshot.disputed) await this.dispute(tx, payment);
  }

  /** Nothing is given for another amount. Nor does it go back by itself: people look at what has happened there. */
  private async mismatch(tx: Tx, payment: ShownPayment, { amount, currency }: Money): Promise<void> {
    this.mismatches.inc({ provider: payment.provider });
    this.logger.error(
      { paymentId: payment.id, amount, currency },
      'the provider says another amount than was asked for',
    );
    this.alerts.raise({
      key: 'payments.mismatch',
      title: 'A payment is not of what was asked for',
      text:
        `Payment ${payment.id} asked for ${payment.amount} ${payment.currency} (minor units), and ${payment.provider} ` +
        `says ${amount} ${currency}. Nothing was settled by this: look at it at the provider.`,
      severity: 'critical',
    });
    const [failed] = await tx.query<ShownPayment[]>(FAIL, [payment.id]);
    if (failed === undefined) await tx.query(MISMATCH, [payment.id]);
    else await this.settlements.ended(tx, failed);
  }

  private async dispute(tx: Tx, { id }: ShownPayment): Promise<void> {
    const [disputed] = await tx.query<ShownPayment[]>(DISPUTE, [id]);
    if (disputed === undefined) return;
    this.alerts.raise({
      key: 'payments.disputed',
      title: 'A buyer disputes a payment',
      text: `Payment ${id} is disputed: answer at ${disputed.provider}, where there is a deadline.`,
      severity: 'warning',
    });
    await this.events.publish(tx, disputed, paymentDisputed, toPaymentView(disputed));
  }
}
