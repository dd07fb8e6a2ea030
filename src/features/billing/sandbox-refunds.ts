import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { DataSource } from 'typeorm';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { UpstreamFailed } from '../../core/outbound/outbound.errors.js';
import type { ProviderRefund, ProviderRefundRequest } from './payment-provider.js';
import { RefundRefused } from './payment-provider.errors.js';
import { SandboxCheckout } from './sandbox-checkout.entity.js';
import { SandboxEvents } from './sandbox-events.js';
import { SandboxRefund } from './sandbox-refund.entity.js';

const CHARGE = 'charge_';

/** What the sandbox calls the money of a checkout that was paid. */
export const chargeOf = (checkoutId: string): string => `${CHARGE}${checkoutId}`;

/** Gives back what was paid in the sandbox, and never more than that. */
@Injectable()
export class SandboxRefunds {
  constructor(
    private readonly transactions: Transactions,
    private readonly dataSource: DataSource,
    private readonly events: SandboxEvents,
  ) {}

  /** In minor units: what went back of a checkout in all. */
  async sumOf(checkoutId: string, tx: Tx = this.dataSource.manager): Promise<number> {
    return (await tx.sum(SandboxRefund, 'amount', { checkoutId })) ?? 0;
  }

  /** At once. @throws {RefundRefused} if nothing, or not as much, is left of what was paid, or the buyer disputes it */
  give(request: ProviderRefundRequest): Promise<ProviderRefund> {
    return this.transactions.run(async (tx) => {
      const checkout = await lockPaid(tx, request);
      const idempotencyKey = request.refundId;
      const before = await tx.findOneBy(SandboxRefund, { idempotencyKey });
      if (before !== null) return sameAs(before, checkout, request);
      await this.demandLeft(tx, checkout, request);
      const id = randomUUID();
      await tx.insert(SandboxRefund, { id, idempotencyKey, checkoutId: checkout.id, amount: request.amount });
      await this.events.tell(tx, 'refund.succeeded', checkout.id);
      return { reference: id, state: 'succeeded' };
    });
  }

  /** @throws {UpstreamFailed} if there is none */
  async find(reference: string): Promise<ProviderRefund> {
    const known = isUUID(reference) && (await this.dataSource.manager.existsBy(SandboxRefund, { id: reference }));
    if (!known) throw new UpstreamFailed(new Error('The sandbox knows no such refund.'));
    return { reference, state: 'succeeded' };
  }

  private async demandLeft(tx: Tx, { id, amount, disputedAt }: SandboxCheckout, asked: ProviderRefundRequest) {
    if (disputedAt !== null) throw new RefundRefused('The buyer disputes this charge.');
    const left = amount - (await this.sumOf(id, tx));
    if (asked.amount > left) throw new RefundRefused(`Of this charge ${left} are left.`);
  }
}

/** Refunds of one charge come one after the other, so that their sum is true. @throws {RefundRefused} */
async function lockPaid(tx: Tx, { chargeReference, currency }: ProviderRefundRequest): Promise<SandboxCheckout> {
  const id = chargeReference.slice(CHARGE.length);
  const isCharge = isUUID(id) && chargeReference === chargeOf(id);
  const where = { id, currency, state: 'paid' as const };
  const found = isCharge ? await tx.findOne(SandboxCheckout, { where, lock: { mode: 'pessimistic_write' } }) : null;
  if (found === null) throw new RefundRefused('There is no such charge.');
  return found;
}

/** @throws {RefundRefused} if the key was used for something else */
function sameAs(before: SandboxRefund, { id }: SandboxCheckout, { amount }: ProviderRefundRequest): ProviderRefund {
  if (before.checkoutId !== id || before.amount !== amount) throw new RefundRefused('This was asked for otherwise.');
  return { reference: before.id, state: 'succeeded' };
}
