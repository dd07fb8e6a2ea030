import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Tx } from '../../core/database/transactions.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { Events } from '../../core/events/events.service.js';
import { Jobs } from '../../core/jobs/jobs.service.js';
import { Payables } from '../../core/payments/payables.js';
import type { RefundRequest } from '../../core/payments/payments.js';
import { paymentRefunded } from './payment.events.js';
import { PaymentNotPaid, RefundExceedsPayment } from './payment.errors.js';
import { PaymentMails } from './payment-mails.js';
import type { PaymentRefund } from './payment-refund.entity.js';
import { ASK_SOON, BY_ID, LOCKED } from './payment-statements.js';
import { type ShownPayment, toPaidPayment, toPaymentView } from './payment.views.js';
import { sendRefund } from './refund.job.js';
import { ADD_REFUND, BOOK_FOREIGN, COUNT_FOREIGN, FIND_REFUND, RESERVE } from './refund-statements.js';

/** What of a refund somebody may leave open: all that is left. */
export type RefundWish = Omit<RefundRequest, 'amount'> & { readonly amount?: number };

/** Gives money back. Here it is only set aside for that: what goes to the provider follows the commit. */
@Injectable()
export class Refunds {
  constructor(
    private readonly jobs: Jobs,
    private readonly payables: Payables,
    private readonly events: Events,
    private readonly mails: PaymentMails,
  ) {}

  /**
   * Of one reference there is one refund, and all of them never exceed the payment, whose row is locked for that.
   * @throws {NotFound | PaymentNotPaid | RefundExceedsPayment}
   */
  async ask(tx: Tx, { paymentId, amount, reason, reference }: RefundWish): Promise<PaymentRefund> {
    const [payment] = await tx.query<ShownPayment[]>(LOCKED, [paymentId]);
    if (payment === undefined) throw new NotFound('The payment');
    const { organizationId, chargeReference } = payment;
    const [known] = await tx.query<PaymentRefund[]>(FIND_REFUND, [organizationId, paymentId, reference]);
    if (known !== undefined) return known;
    if (chargeReference === null) throw new PaymentNotPaid();
    const left = payment.amount - payment.refunding;
    const wanted = amount ?? left;
    const reserved = wanted > 0 ? await tx.query<object[]>(RESERVE, [paymentId, wanted]) : [];
    if (reserved.length === 0) throw new RefundExceedsPayment(left);
    const values = [uuidv7(), organizationId, paymentId, wanted, reason, reference];
    const [refund] = await tx.query<[PaymentRefund]>(ADD_REFUND, values);
    await this.jobs.enqueue(tx, sendRefund, { refundId: refund.id });
    return refund;
  }

  /** What of it is left to give back, and no more. @returns how much that is. @throws {NotFound | PaymentNotPaid} */
  async askForLeft(tx: Tx, wish: RefundRequest): Promise<number> {
    const { paymentId, reference } = wish;
    const [payment] = await tx.query<ShownPayment[]>(LOCKED, [paymentId]);
    if (payment === undefined) throw new NotFound('The payment');
    const [known] = await tx.query<PaymentRefund[]>(FIND_REFUND, [payment.organizationId, paymentId, reference]);
    const amount = known?.amount ?? Math.min(wish.amount, payment.amount - payment.refunding);
    if (amount > 0) await this.ask(tx, { ...wish, amount });
    return amount;
  }

  /**
   * Books what the provider says went back in all, if that is more than we know of: somebody did it there by hand.
   * @param refundFailures as they were before the provider was asked
   */
  async book(tx: Tx, paymentId: string, refunded: number, refundFailures: number): Promise<void> {
    const [payment] = await tx.query<[ShownPayment]>(LOCKED, [paymentId]);
    const foreign = Math.min(refunded, payment.amount) - payment.refunding;
    if (foreign <= 0) return;
    // One of ours has failed since: the sum may still have it in it.
    if (payment.refundFailures !== refundFailures) return void (await tx.query(ASK_SOON, [paymentId]));
    const id = uuidv7();
    const reason = 'made at the provider';
    await tx.query(COUNT_FOREIGN, [paymentId, foreign]);
    await tx.query(BOOK_FOREIGN, [id, payment.organizationId, paymentId, foreign, reason, `provider:${id}`]);
    await this.told(tx, paymentId, foreign);
  }

  /** Money is back: whoever sold it hears of the sum, the buyer of this part. */
  async told(tx: Tx, paymentId: string, amount: number): Promise<void> {
    const [payment] = await tx.query<[ShownPayment]>(BY_ID, [paymentId]);
    // What was refused was never sold, and so is not taken back either.
    const payable = payment.status === 'paid' ? this.payables.find(payment.payableKind) : undefined;
    await payable?.refunded?.(tx, toPaidPayment(payment), payment.refunded);
    await this.events.publish(tx, payment, paymentRefunded, toPaymentView(payment));
    await this.mails.refund(tx, payment, amount);
  }
}
