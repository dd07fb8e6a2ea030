import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Actor } from '../../core/access/actor.js';
import { afterCommit } from '../../core/database/after-commit.js';
import type { Tx } from '../../core/database/transactions.js';
import {
  type OpenPayment,
  type PayableRef,
  type PaymentDesk as Desk,
  Payments,
  type RefundRequest,
} from '../../core/payments/payments.js';
import { PaymentOpening } from './payment-opening.js';
import { CANCEL } from './payment-statements.js';
import { ProviderChoice } from './provider-choice.js';
import { Reconciler } from './reconciler.js';
import { Refunds } from './refunds.service.js';

/** What features ask of the payments, in their own transactions: rows here, and nothing of the provider. */
@Injectable()
export class PaymentDesk implements Desk, OnModuleInit {
  constructor(
    private readonly payments: Payments,
    private readonly choice: ProviderChoice,
    private readonly opening: PaymentOpening,
    private readonly refunds: Refunds,
    private readonly reconciler: Reconciler,
  ) {}

  onModuleInit(): void {
    this.payments.provide(this);
  }

  get enabled(): boolean {
    return this.choice.enabled;
  }

  async open(tx: Tx, buyer: Actor, payable: PayableRef, until?: Date): Promise<OpenPayment> {
    const { payment, checkoutUrl } = await this.opening.open(tx, buyer, payable, until);
    const { id, amount, currency } = payment;
    return { id, amount, currency, checkoutUrl };
  }

  refund(tx: Tx, refund: RefundRequest): Promise<number> {
    return this.refunds.askForLeft(tx, refund);
  }

  async cancel(tx: Tx, paymentId: string): Promise<void> {
    const cancelled = await tx.query<object[]>(CANCEL, [paymentId]);
    // Otherwise the reconciler comes within a minute: until then somebody may still pay, and get it back.
    if (cancelled.length > 0) afterCommit(tx, () => this.reconciler.runSoon());
  }
}
