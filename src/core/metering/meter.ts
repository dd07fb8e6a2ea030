import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/transactions.js';
import { HealthChecks } from '../health/health-checks.js';
import { Offer } from '../ports/registry.js';
import type { OfTenant } from '../tenancy/tenant-entity.js';

/** What something costs. */
export interface Cost {
  /** What is paid for, such as `scrape:<id>`, at most 200 characters: for one reference credits move once in each way */
  readonly reference: string;
  /** Whole credits, at least 1 */
  readonly amount: number;
}

export interface Reservation extends Cost {
  /** When nobody has captured or released it, it goes back by itself. By default after an hour */
  readonly expiresInSeconds?: number;
}

/** Takes credits of an organization and gives them back, in the transaction of whoever does what they pay for. */
export interface Metering {
  /** Takes credits for good. Asked again for the same reference, it takes nothing. @throws {InsufficientCredits} */
  charge(tx: Tx, payer: OfTenant, cost: Cost): Promise<void>;
  /** Sets credits aside, until it is known whether they are due. @throws {InsufficientCredits} */
  reserve(tx: Tx, payer: OfTenant, reservation: Reservation): Promise<void>;
  /**
   * Takes what was reserved, and gives the rest back.
   * @param amount at most what was reserved; by default all of it
   * @returns whether there was a reservation: false if it was captured, released or expired before
   */
  capture(tx: Tx, payer: OfTenant, reference: string, amount?: number): Promise<boolean>;
  /** Gives back what was reserved. @returns whether there was a reservation: false if it had ended before */
  release(tx: Tx, payer: OfTenant, reference: string): Promise<boolean>;
  /**
   * Gives back what was charged or captured for the reference, once.
   * @param cost at most what was taken
   * @returns whether anything was given back: false if nothing was taken, or it was given back before
   */
  refund(tx: Tx, payer: OfTenant, cost: Cost): Promise<boolean>;
  /** @returns what can be spent at this moment, or null where nothing is metered */
  left(tx: Tx, payer: OfTenant): Promise<number | null>;
}

/** Without a feature that counts, everything is free. */
const FREE: Metering = {
  charge: () => Promise.resolve(),
  reserve: () => Promise.resolve(),
  capture: () => Promise.resolve(true),
  release: () => Promise.resolve(true),
  refund: () => Promise.resolve(true),
  left: () => Promise.resolve(null),
};

/** The port through which features charge credits, and through which one feature counts them. */
@Injectable()
export class Meter implements Metering {
  private readonly offer = new Offer<Metering>('meter');

  constructor(private readonly checks: HealthChecks) {}

  /** In `onModuleInit` of the feature that keeps the credits. */
  provide(metering: Metering): void {
    this.offer.provide(metering);
  }

  get enabled(): boolean {
    return this.offer.current !== undefined;
  }

  onApplicationBootstrap(): void {
    this.checks.register('meter', { critical: false, enabled: this.enabled, probe: () => Promise.resolve() });
  }

  charge(tx: Tx, payer: OfTenant, cost: Cost): Promise<void> {
    return this.metering.charge(tx, payer, cost);
  }

  reserve(tx: Tx, payer: OfTenant, reservation: Reservation): Promise<void> {
    return this.metering.reserve(tx, payer, reservation);
  }

  capture(tx: Tx, payer: OfTenant, reference: string, amount?: number): Promise<boolean> {
    return this.metering.capture(tx, payer, reference, amount);
  }

  release(tx: Tx, payer: OfTenant, reference: string): Promise<boolean> {
    return this.metering.release(tx, payer, reference);
  }

  refund(tx: Tx, payer: OfTenant, cost: Cost): Promise<boolean> {
    return this.metering.refund(tx, payer, cost);
  }

  left(tx: Tx, payer: OfTenant): Promise<number | null> {
    return this.metering.left(tx, payer);
  }

  private get metering(): Metering {
    return this.offer.current ?? FREE;
  }
}
