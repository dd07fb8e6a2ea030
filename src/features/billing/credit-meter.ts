import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/transactions.js';
import type { Cost, Metering, Reservation } from '../../core/metering/meter.js';
import { InsufficientCredits } from '../../core/metering/metering.errors.js';
import type { OfTenant } from '../../core/tenancy/tenant-entity.js';
import { CreditLedger } from './credit-ledger.js';
import { CAPTURE, CHARGE, HAS_MOVED, REFUND, RELEASE, RESERVATION, RESERVE } from './credit-statements.js';

const AN_HOUR_SECONDS = 3_600;

/** What features take and give back, each in one statement. */
@Injectable()
export class CreditMeter implements Metering {
  constructor(private readonly ledger: CreditLedger) {}

  async left(tx: Tx, payer: OfTenant): Promise<number> {
    return (await this.ledger.balanceOf(tx, payer)).balance;
  }

  /** @throws {InsufficientCredits} */
  async charge(tx: Tx, payer: OfTenant, { reference, amount }: Cost): Promise<void> {
    const { number, balance } = await this.ledger.move(tx, payer, CHARGE, reference, amount);
    if (number !== undefined) return;
    // Whoever holds the account sees here what others have done to it.
    const charged = await tx.query<object[]>(HAS_MOVED, [payer.organizationId, reference, 'charge']);
    if (charged.length === 0) throw new InsufficientCredits(amount, balance);
  }

  /** @throws {InsufficientCredits} */
  async reserve(tx: Tx, payer: OfTenant, reservation: Reservation): Promise<void> {
    const { reference, amount, expiresInSeconds = AN_HOUR_SECONDS } = reservation;
    const { number, balance } = await this.ledger.move(tx, payer, RESERVE, reference, amount, expiresInSeconds);
    if (number !== undefined) return;
    const [known] = await tx.query<{ state: string }[]>(RESERVATION, [payer.organizationId, reference]);
    if (known === undefined) throw new InsufficientCredits(amount, balance);
    if (known.state === 'held' || known.state === 'captured') return;
    // What is begun now would be free.
    throw new Error(`What was reserved for ${reference} went back: reserve for another reference.`);
  }

  async capture(tx: Tx, payer: OfTenant, reference: string, amount?: number): Promise<boolean> {
    return hasMoved(await this.ledger.move(tx, payer, CAPTURE, reference, amount ?? null));
  }

  async release(tx: Tx, payer: OfTenant, reference: string): Promise<boolean> {
    return hasMoved(await this.ledger.move(tx, payer, RELEASE, reference, 'released'));
  }

  async refund(tx: Tx, payer: OfTenant, { reference, amount }: Cost): Promise<boolean> {
    return hasMoved(await this.ledger.move(tx, payer, REFUND, reference, amount));
  }
}

const hasMoved = ({ number }: { readonly number?: string }): boolean => number !== undefined;
