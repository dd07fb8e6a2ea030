import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/transactions.js';
import { Offer } from '../ports/registry.js';
import type { OfTenant } from '../tenancy/tenant-entity.js';

/** What organizations get by the plan that they are on. */
export interface PlanBook {
  /**
   * How many requests a minute each caller of the organization has in a group of routes. Asked for each request: from memory.
   * @param organizationId undefined of callers whom nobody knows
   * @returns undefined if the plan says nothing of the group
   */
  requestsPerMinute(organizationId: string | undefined, group: string): Promise<number | undefined>;
  /**
   * Counts what is used of the plan, in the transaction of whoever uses it, unless that would be more than there is.
   * @throws {QuotaExceeded}
   */
  take(tx: Tx, owner: OfTenant, metric: string, amount: number): Promise<void>;
}

/** The port through which features hold organizations to their plan, and through which one feature knows the plans. */
@Injectable()
export class Plans implements PlanBook {
  private readonly offer = new Offer<PlanBook>('plan book');

  /** In `onModuleInit` of the feature that keeps the plans. */
  provide(book: PlanBook): void {
    this.offer.provide(book);
  }

  /** Without a feature that knows plans there are no limits by plan, and the loose ones still hold. */
  requestsPerMinute(organizationId: string | undefined, group: string): Promise<number | undefined> {
    return this.offer.current?.requestsPerMinute(organizationId, group) ?? Promise.resolve(undefined);
  }

  /** @param amount by default 1. @throws {QuotaExceeded} */
  async take(tx: Tx, owner: OfTenant, metric: string, amount = 1): Promise<void> {
    await this.offer.current?.take(tx, owner, metric, amount);
  }
}
