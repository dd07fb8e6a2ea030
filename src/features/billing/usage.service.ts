import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../../core/access/actor.js';
import type { Tx } from '../../core/database/transactions.js';
import { QuotaExceeded } from '../../core/plans/plans.errors.js';
import { scope } from '../../core/tenancy/scope.js';
import type { OfTenant } from '../../core/tenancy/tenant-entity.js';
import { OrganizationPlans } from './organization-plans.js';
import { TAKE_USAGE } from './plan-statements.js';
import { UsageCounter } from './usage-counter.entity.js';
import type { UsageView } from './usage.dto.js';

/** What organizations use of what their plan includes, month by month. */
@Injectable()
export class Usage {
  constructor(
    private readonly dataSource: DataSource,
    private readonly plans: OrganizationPlans,
  ) {}

  /** What no plan speaks of is counted, and has no limit. @throws {QuotaExceeded} */
  async take(tx: Tx, owner: OfTenant, metric: string, amount: number): Promise<void> {
    if (!Number.isSafeInteger(amount) || amount < 1) throw new Error(`${amount} of ${metric} cannot be used.`);
    const times = await this.plans.read(tx, owner);
    const { included } = this.plans.at(times, times.readAt).plan;
    const month = monthOf(times.readAt);
    const limit = included[metric] ?? Number.MAX_SAFE_INTEGER;
    const taken = await tx.query<object[]>(TAKE_USAGE, [owner.organizationId, metric, month.first, amount, limit]);
    if (taken.length === 0) throw new QuotaExceeded(metric, limit, Math.ceil((month.end - times.readAt) / 1_000));
  }

  async view(actor: Actor): Promise<UsageView> {
    const { manager } = this.dataSource;
    const times = await this.plans.read(manager, actor);
    const { plan } = this.plans.at(times, times.readAt);
    const { first, end } = monthOf(times.readAt);
    const counters = await scope(manager, actor)
      .of(UsageCounter)
      .find({ where: { period: first } });
    const used = new Map(counters.map((counter) => [counter.metric, counter.used]));
    const metrics = Object.entries(plan.included).map(([metric, limit]) => ({
      metric,
      used: used.get(metric) ?? 0,
      limit,
    }));
    return { plan: plan.name, metrics, periodEndsAt: new Date(end).toISOString() };
  }
}

/** @returns the first day of the month, and when it ends, in UTC */
export function monthOf(now: number): { readonly first: string; readonly end: number } {
  const date = new Date(now);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { first: new Date(Date.UTC(year, month)).toISOString().slice(0, 10), end: Date.UTC(year, month + 1) };
}
