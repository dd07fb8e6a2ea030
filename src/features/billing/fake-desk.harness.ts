import { randomUUID } from 'node:crypto';
import type { Actor } from '../../core/access/actor.js';
import { Transactions, type Tx } from '../../core/database/transactions.js';
import { type PaidPayment, type Payable, Payables } from '../../core/payments/payables.js';
import { type OpenPayment, type PayableRef, type PaymentDesk, Payments } from '../../core/payments/payments.js';
import { Offer } from '../../core/ports/registry.js';
import type { TestApp } from '../../../test/harness/app.js';

/** Takes no money, but says so when it is told to. It stands in the place of whatever desk an application has. */
export class FakeDesk implements PaymentDesk {
  enabled = true;
  private readonly payments = new Map<string, PaidPayment & { readonly kind: string }>();
  private readonly unpaid = new Map<string, OpenPayment>();

  constructor(private readonly test: TestApp) {
    const offer = new Offer<PaymentDesk>('payment desk');
    offer.provide(this);
    Reflect.set(test.app.get(Payments, { strict: false }), 'offer', offer);
  }

  async open(tx: Tx, buyer: Actor, { kind, id: payableId }: PayableRef): Promise<OpenPayment> {
    const { amount, currency } = await this.payable(kind).quote(tx, buyer, payableId);
    const known = this.unpaid.get(`${buyer.userId} ${payableId}`);
    if (known) return known;
    const { organizationId, userId } = buyer;
    const payment = { id: randomUUID(), kind, payableId, organizationId, userId, amount, currency };
    this.payments.set(payment.id, payment);
    const open = { id: payment.id, amount, currency, checkoutUrl: `https://pay.example.org/${payment.id}` };
    this.unpaid.set(`${userId} ${payableId}`, open);
    return open;
  }

  refund = (): Promise<number> => Promise.reject(new Error('The test gives money back.'));
  cancel = (): Promise<void> => Promise.reject(new Error('The test gives payments up.'));

  /** @param changes what the payment was in truth */
  settle(id: string, changes: Partial<PaidPayment> = {}): Promise<'settled' | 'refused'> {
    const { kind, ...payment } = { ...this.find(id), ...changes };
    this.unpaid.delete(`${payment.userId} ${payment.payableId}`);
    return this.run((tx) => this.payable(kind).settle(tx, payment));
  }

  fail(id: string): Promise<void> {
    const { kind, ...payment } = this.find(id);
    this.unpaid.delete(`${payment.userId} ${payment.payableId}`);
    return this.run((tx) => this.payable(kind).fail(tx, payment));
  }

  /** @param amount in all, by default all of it */
  giveBack(id: string, amount?: number): Promise<void> {
    const { kind, ...payment } = this.find(id);
    return this.run(async (tx) => this.payable(kind).refunded?.(tx, payment, amount ?? payment.amount));
  }

  private find(id: string): PaidPayment & { readonly kind: string } {
    const payment = this.payments.get(id);
    if (payment === undefined) throw new Error(`There is no payment ${id}.`);
    return payment;
  }

  private payable(kind: string): Payable {
    const payable = this.test.app.get(Payables, { strict: false }).find(kind);
    if (payable === undefined) throw new Error(`Nobody registered ${kind}.`);
    return payable;
  }

  private run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.test.app.get(Transactions, { strict: false }).run(work);
  }
}
