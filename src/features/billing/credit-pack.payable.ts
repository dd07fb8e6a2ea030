import { Injectable, type OnModuleInit } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { Forbidden } from '../../core/access/access.errors.js';
import { type Actor, hasRole } from '../../core/access/actor.js';
import { Alerts } from '../../core/alerts/alerts.js';
import { afterCommit } from '../../core/database/after-commit.js';
import type { Tx } from '../../core/database/transactions.js';
import { Events } from '../../core/events/events.service.js';
import { Payables, type PaidPayment, type Payable, type Quote } from '../../core/payments/payables.js';
import { scope } from '../../core/tenancy/scope.js';
import { CreditLedger } from './credit-ledger.js';
import { DUE_BACK, PAID, TAKEN_BACK } from './credit-purchase-statements.js';
import { CreditPurchase } from './credit-purchase.entity.js';
import { ADD, TAKE_BACK } from './credit-statements.js';
import { creditsPurchased, creditsTakenBack } from './credits.events.js';

export const CREDIT_PACK = 'credit-pack';

/** A pack of credits, which comes when it is paid for, and goes when the money goes back. */
@Injectable()
export class CreditPackPayable implements Payable, OnModuleInit {
  constructor(
    private readonly payables: Payables,
    private readonly ledger: CreditLedger,
    private readonly events: Events,
    private readonly alerts: Alerts,
  ) {}

  onModuleInit(): void {
    this.payables.register(CREDIT_PACK, this);
  }

  /** @throws {NotFound} also if it is paid for. @throws {Forbidden} to whom may not buy for their organization */
  async quote(tx: Tx, buyer: Actor, id: string): Promise<Quote> {
    if (!hasRole(buyer, 'admin')) throw new Forbidden();
    const open = { id, paidAt: IsNull() };
    const { amount, currency, credits } = await scope(tx, buyer).of(CreditPurchase).get(open, 'The purchase');
    return { amount, currency, description: `${credits} credits` };
  }

  /** Of two payments for one purchase the second is refused, and one of another amount. */
  async settle(tx: Tx, payment: PaidPayment): Promise<'settled' | 'refused'> {
    const { organizationId, payableId: id, id: paymentId, amount, currency } = payment;
    const values = [organizationId, id, paymentId, amount, currency];
    const [paid] = await tx.query<{ credits: string }[]>(PAID, values);
    if (paid === undefined) return this.settledBefore(tx, payment);
    const { number } = await this.ledger.move(tx, payment, ADD, `purchase:${id}`, paid.credits, 'purchase');
    if (number === undefined) throw new Error('A purchase of credits was not written down.');
    await this.events.publish(tx, payment, creditsPurchased, await this.ledger.entry(tx, payment, number));
    return 'settled';
  }

  /** Nothing was held for it. */
  fail(): Promise<void> {
    return Promise.resolve();
  }

  /** Takes credits back for the money that went back, as far as they are there; a balance is never negative. */
  async refunded(tx: Tx, payment: PaidPayment, refunded: number): Promise<void> {
    const ids = [payment.organizationId, payment.payableId];
    const [due] = await tx.query<{ credits: string }[]>(DUE_BACK, [...ids, payment.id, refunded]);
    if (due === undefined || Number(due.credits) === 0) return;
    const reference = `purchase:${payment.payableId}:${refunded}`;
    const { number, amount } = await this.ledger.move(tx, payment, TAKE_BACK, reference, due.credits);
    if (number !== undefined) {
      await tx.query(TAKEN_BACK, [...ids, -amount]);
      await this.events.publish(tx, payment, creditsTakenBack, await this.ledger.entry(tx, payment, number));
    }
    if (-amount < Number(due.credits)) afterCommit(tx, () => this.tellMissing());
  }

  private async settledBefore(tx: Tx, payment: PaidPayment): Promise<'settled' | 'refused'> {
    const same = { id: payment.payableId, paymentId: payment.id };
    const purchase = await scope(tx, payment).of(CreditPurchase).findOne({ where: same });
    return purchase === null ? 'refused' : 'settled';
  }

  private tellMissing(): void {
    this.alerts.raise({
      key: 'credits-missing',
      title: 'Credits were spent whose money went back',
      text: 'Less could be taken back than was refunded: see credit_purchases where taken_back < due_back.',
      severity: 'warning',
    });
  }
}
