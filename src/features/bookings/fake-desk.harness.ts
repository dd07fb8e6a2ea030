import { randomUUID } from 'node:crypto';
import type { Actor } from '../../core/access/actor.js';
import { afterCommit } from '../../core/database/after-commit.js';
import { Transactions, type Tx } from '../../core/database/transactions.js';
import { type PaidPayment, type Payable, Payables } from '../../core/payments/payables.js';
import {
  type OpenPayment,
  type PayableRef,
  type PaymentDesk,
  Payments,
  type RefundRequest,
} from '../../core/payments/payments.js';
import { Offer } from '../../core/ports/registry.js';
import type { TestApp } from '../../../test/harness/app.js';

/** Takes money when it is told to. It stands in the place of whatever desk an application has, or has not. */
export class FakeDesk implements PaymentDesk {
  readonly enabled = true;
  /** What of any payment is not on its way back: all of it, unless a test says so */
  left?: number;
  readonly refunds: RefundRequest[];
  readonly cancelled: string[];
  private readonly payments: Map<string, PaidPayment>;

  /** @param twin of another instance, whose books are these too */
  constructor(
    private readonly test: TestApp,
    twin?: FakeDesk,
  ) {
    this.refunds = twin?.refunds ?? [];
    this.cancelled = twin?.cancelled ?? [];
    this.payments = twin?.payments ?? new Map<string, PaidPayment>();
    const offer = new Offer<PaymentDesk>('payment desk');
    offer.provide(this);
    Reflect.set(test.app.get(Payments, { strict: false }), 'offer', offer);
  }

  async open(tx: Tx, { organizationId, userId, ...actor }: Actor, { id: payableId }: PayableRef): Promise<OpenPayment> {
    const quote = await this.payable.quote(tx, { organizationId, userId, ...actor }, payableId);
    const { amount, currency } = quote;
    const payment = { id: randomUUID(), payableId, organizationId, userId, amount, currency };
    this.payments.set(payment.id, payment);
    return { id: payment.id, amount, currency, checkoutUrl: `https://pay.example.org/${payment.id}` };
  }

  refund(tx: Tx, refund: RefundRequest): Promise<number> {
    afterCommit(tx, () => this.refunds.push(refund));
    return Promise.resolve(this.left ?? refund.amount);
  }

  cancel(tx: Tx, paymentId: string): Promise<void> {
    afterCommit(tx, () => this.cancelled.push(paymentId));
    return Promise.resolve();
  }

  /** The money has come. @param changes what the payment was in truth */
  settle(id: string | null, changes: Partial<PaidPayment> = {}): Promise<'settled' | 'refused'> {
    const payment = { ...this.find(id), ...changes };
    return this.run((tx) => this.payable.settle(tx, payment));
  }

  fail(id: string | null): Promise<void> {
    return this.run((tx) => this.payable.fail(tx, this.find(id)));
  }

  /** @param amount in all, by default all of it */
  giveBack(id: string | null, amount?: number): Promise<void> {
    return this.run(async (tx) => this.payable.refunded?.(tx, this.find(id), amount ?? this.find(id).amount));
  }

  private find(id: string | null): PaidPayment {
    const payment = this.payments.get(String(id));
    if (payment === undefined) throw new Error(`There is no payment ${id}.`);
    return payment;
  }

  private get payable(): Payable {
    const payable = this.test.app.get(Payables, { strict: false }).find('booking');
    if (payable === undefined) throw new Error('Nobody sells bookings.');
    return payable;
  }

  private run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.test.app.get(Transactions, { strict: false }).run(work);
  }
}
