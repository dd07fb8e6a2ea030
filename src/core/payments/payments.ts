import { Injectable } from '@nestjs/common';
import type { Actor } from '../access/actor.js';
import type { Tx } from '../database/transactions.js';
import { FeatureDisabled } from '../errors/core.errors.js';
import { HealthChecks } from '../health/health-checks.js';
import { Offer } from '../ports/registry.js';
import type { Money } from './payables.js';

/** A thing to pay for: a registered kind, and its id. */
export interface PayableRef {
  readonly kind: string;
  readonly id: string;
}

/** A payment that waits for its buyer. */
export interface OpenPayment extends Money {
  readonly id: string;
  /** Of this application: the provider's page is made when it is opened, and not before */
  readonly checkoutUrl: string;
}

export interface RefundRequest {
  readonly paymentId: string;
  /** In minor units of the payment's currency */
  readonly amount: number;
  /** Why, for the books: at most 200 characters */
  readonly reason: string;
  /** Asked again with the same reference, it is the same refund: `booking:<id>:cancelled` */
  readonly reference: string;
}

/** Takes money of buyers and gives it back. No call of a provider happens in the given transactions, only after them. */
export interface PaymentDesk {
  /** Whether this application can take money at all here */
  readonly enabled: boolean;
  /**
   * Opens a payment for what the payable quotes. An open one of the same buyer for the same thing is the answer again.
   * @param until how long the buyer may take to open the checkout, if that is longer than usual
   */
  open(tx: Tx, buyer: Actor, payable: PayableRef, until?: Date): Promise<OpenPayment>;
  /**
   * Gives money back, as far as it has not gone back, or is on its way. It leaves after the commit, for as long as the
   * provider takes.
   * @returns how much of the amount that is
   */
  refund(tx: Tx, refund: RefundRequest): Promise<number>;
  /** Gives up a payment that nobody waits for: whoever pays it all the same gets the money back. */
  cancel(tx: Tx, paymentId: string): Promise<void>;
}

/** The port through which features ask for money, and through which one feature takes it. */
@Injectable()
export class Payments implements PaymentDesk {
  private readonly offer = new Offer<PaymentDesk>('payment desk');

  constructor(private readonly checks: HealthChecks) {}

  /** In `onModuleInit` of the feature that takes money. */
  provide(desk: PaymentDesk): void {
    this.offer.provide(desk);
  }

  get enabled(): boolean {
    return this.offer.current?.enabled ?? false;
  }

  onApplicationBootstrap(): void {
    this.checks.register('payments', { critical: false, enabled: this.enabled, probe: () => Promise.resolve() });
  }

  /** @throws {FeatureDisabled} if nothing here takes money */
  open(tx: Tx, buyer: Actor, payable: PayableRef, until?: Date): Promise<OpenPayment> {
    return this.desk.open(tx, buyer, payable, until);
  }

  /** @throws {FeatureDisabled} if nothing here takes money */
  refund(tx: Tx, refund: RefundRequest): Promise<number> {
    return this.desk.refund(tx, refund);
  }

  /** @throws {FeatureDisabled} if nothing here takes money */
  cancel(tx: Tx, paymentId: string): Promise<void> {
    return this.desk.cancel(tx, paymentId);
  }

  private get desk(): PaymentDesk {
    const desk = this.offer.current;
    if (desk === undefined) throw new FeatureDisabled('payments');
    return desk;
  }
}
