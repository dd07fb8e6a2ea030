import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Alerts } from '../../core/alerts/alerts.js';
import type { Tx } from '../../core/database/transactions.js';
import type { EventType } from '../../core/events/define-event.js';
import { Events } from '../../core/events/events.service.js';
import { inMoney } from '../../core/payments/currency.js';
import { Payables } from '../../core/payments/payables.js';
import type { PaymentView } from './payment.dto.js';
import { paymentFailed, paymentSucceeded } from './payment.events.js';
import { ASK_LATER, EXPIRE, PAY, PAY_LATE, REFUSE } from './payment-statements.js';
import { type ShownPayment, toPaidPayment, toPaymentView } from './payment.views.js';
import { PaymentMails } from './payment-mails.js';
import { Refunds } from './refunds.service.js';

const TOO_LATE = 'paid when it was no longer to be had';

/** What follows when money has come, or comes no more. */
@Injectable()
export class Settlements {
  constructor(
    private readonly payables: Payables,
    private readonly refunds: Refunds,
    private readonly events: Events,
    private readonly mails: PaymentMails,
    private readonly alerts: Alerts,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(Settlements.name);
  }

  /** The money is there: gives what it was for, once, or else gives the money back. */
  async pay(tx: Tx, payment: ShownPayment, chargeReference: string): Promise<void> {
    const payable = this.payables.find(payment.payableKind);
    if (payable === undefined) return this.unknownKind(tx, payment);
    const [paid] = await tx.query<ShownPayment[]>(PAY, [payment.id, chargeReference]);
    if (paid === undefined) return this.payLate(tx, payment, chargeReference);
    if ((await payable.settle(tx, toPaidPayment(paid))) === 'refused') return this.refuse(tx, paid);
    await this.mails.receipt(tx, paid);
    await this.publish(tx, paymentSucceeded, paid);
  }

  /** Nobody can pay it any more. */
  async expire(tx: Tx, { id }: ShownPayment): Promise<void> {
    const [expired] = await tx.query<ShownPayment[]>(EXPIRE, [id]);
    if (expired !== undefined) await this.ended(tx, expired);
  }

  /** Tells those who wait for the money that none comes. */
  async ended(tx: Tx, payment: ShownPayment): Promise<void> {
    await this.payables.find(payment.payableKind)?.fail(tx, toPaidPayment(payment));
    await this.publish(tx, paymentFailed, payment);
  }

  private async refuse(tx: Tx, { id }: ShownPayment): Promise<void> {
    const [refused] = await tx.query<ShownPayment[]>(REFUSE, [id]);
    if (refused === undefined) return;
    await this.giveBack(tx, refused);
    await this.publish(tx, paymentFailed, refused);
  }

  private async payLate(tx: Tx, { id }: ShownPayment, chargeReference: string): Promise<void> {
    const [late] = await tx.query<ShownPayment[]>(PAY_LATE, [id, chargeReference]);
    if (late !== undefined) await this.giveBack(tx, late);
  }

  private async giveBack(tx: Tx, { id, amount }: ShownPayment): Promise<void> {
    await this.refunds.ask(tx, { paymentId: id, amount, reason: TOO_LATE, reference: 'refused' });
  }

  /** Whoever sold it is not here at the moment: the reconciler asks again until they are. */
  private async unknownKind(tx: Tx, payment: ShownPayment): Promise<void> {
    if (payment.status !== 'open') return;
    this.logger.error({ paymentId: payment.id, kind: payment.payableKind }, 'nobody here sells what was paid for');
    this.alerts.raise({
      key: 'payments.unknown-kind',
      title: 'Something was paid for that nobody here sells',
      text: `Payment ${payment.id} of ${inMoney(payment)} is for a ${payment.payableKind}. It waits until its feature is there.`,
      severity: 'critical',
    });
    await tx.query(ASK_LATER, [payment.id]);
  }

  private publish(tx: Tx, event: EventType<PaymentView>, payment: ShownPayment): Promise<void> {
    return this.events.publish(tx, payment, event, toPaymentView(payment));
  }
}
