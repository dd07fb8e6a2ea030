import { Injectable } from '@nestjs/common';
import type { Actor } from '../access/actor.js';
import type { Tx } from '../database/transactions.js';
import { Registry } from '../ports/registry.js';

/** An amount of money. */
export interface Money {
  /** In minor units of the currency (cents of EUR, yen of JPY, fils of KWD): a whole number, never a fraction */
  readonly amount: number;
  /** ISO 4217: `EUR` */
  readonly currency: string;
}

/** What something that can be paid for costs, and whose it is to sell. */
export interface Quote extends Money {
  /** What the buyer reads on the page of the provider and on the receipt, at most 200 characters */
  readonly description: string;
  /** The organization that sells it, whose administrators may give money back; undefined if it is the platform itself */
  readonly sellerOrganizationId?: string;
}

/** A payment as those see it who sell: who has paid for which of their things. */
export interface PaidPayment extends Money {
  readonly id: string;
  /** Of the thing that was paid for */
  readonly payableId: string;
  /** Of the buyer */
  readonly organizationId: string;
  readonly userId: string;
}

/** A kind of thing that can be paid for. What it does, it does in the given transaction, and nowhere else. */
export interface Payable {
  /**
   * What it costs at this moment, for this buyer.
   * @throws {NotFound} if there is none, or the buyer may not see it, and errors of its own if it is not to be had
   */
  quote(tx: Tx, buyer: Actor, id: string): Promise<Quote>;
  /**
   * The money is there. Called once for each payment, in the transaction that settles it.
   * @returns `refused` if it is no longer to be had (a hold that has expired): then the buyer gets the money back
   */
  settle(tx: Tx, payment: PaidPayment): Promise<'settled' | 'refused'>;
  /** The payment has failed or was given up: nobody pays for it by this one any more. Called at most once. */
  fail(tx: Tx, payment: PaidPayment): Promise<void>;
  /** The money went back, or part of it: `refunded` of the payment's amount in all. */
  refunded?(tx: Tx, payment: PaidPayment, refunded: number): Promise<void>;
}

/** The port through which features say what can be paid for. */
@Injectable()
export class Payables {
  private readonly registry = new Registry<Payable>('payable');

  /** In `onModuleInit`. @param kind public and stored: `booking` */
  register(kind: string, payable: Payable): void {
    this.registry.register(kind, payable);
  }

  find(kind: string): Payable | undefined {
    return this.registry.find(kind);
  }

  onApplicationBootstrap(): void {
    this.registry.close();
  }
}
