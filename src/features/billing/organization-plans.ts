import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Alerts } from '../../core/alerts/alerts.js';
import type { Cache } from '../../core/cache/cache.js';
import { Caches } from '../../core/cache/caches.js';
import type { Tx } from '../../core/database/transactions.js';
import type { OfTenant } from '../../core/tenancy/tenant-entity.js';
import { days } from '../../core/time/duration.js';
import type { PaidTime } from './paid-times.js';
import { PlanCatalogue } from './plan-catalogue.js';
import { PLAN_TIMES } from './plan-statements.js';
import type { Plan } from './plan-table.js';
import { plansConfig, type PlansConfig } from './plans.config.js';

/** Time that was paid for, and the plan of it as it is now or, if there is none of the name any more, as it was. */
export interface PlanTime extends PaidTime {
  readonly plan: Plan;
}

/** What an organization has paid for. Which plan is in force follows from the moment. */
export interface PlanTimes {
  /** When it was read, by the clock of the database, in milliseconds since 1970 */
  readonly readAt: number;
  /** Whether it ends with the paid time */
  readonly cancelled: boolean;
  readonly times: readonly PlanTime[];
}

/** `grace`: the paid time is over, and the plan goes on for a few days. `free`: nothing is paid for. */
export interface Standing {
  readonly plan: Plan;
  readonly state: 'free' | 'paid' | 'grace';
  /** When what is in force ends, in milliseconds since 1970; undefined of the free plan */
  readonly until?: number;
}

/** With when it was heard on the clock of `performance.now()`: that of the machine may differ from the database's. */
type Remembered = PlanTimes & { readonly heardAt: number };

type Row = Omit<PlanTime, 'plan' | 'rank'> & { readonly plan: string; readonly terms: Plan };

const KEY = 'times';

/** Which plan each organization is on: told by the times that it has paid for, so no job has to end them. */
@Injectable()
export class OrganizationPlans {
  private readonly remembered: Cache<Remembered>;

  constructor(
    @Inject(plansConfig.KEY) private readonly config: PlansConfig,
    private readonly catalogue: PlanCatalogue,
    private readonly dataSource: DataSource,
    private readonly alerts: Alerts,
    caches: Caches,
  ) {
    this.remembered = caches.define('plan-times', { ttlSeconds: 60, max: 10_000 });
  }

  /** From memory, which forgets on all instances within a second of a change. */
  async current(tenant: Readonly<OfTenant>): Promise<Standing> {
    const times = await this.remembered.get(tenant, KEY, async () => ({
      ...(await this.read(this.dataSource.manager, tenant)),
      heardAt: performance.now(),
    }));
    return this.at(times, times.readAt + performance.now() - times.heardAt);
  }

  async read(tx: Tx, { organizationId }: Readonly<OfTenant>): Promise<PlanTimes> {
    const values = [organizationId, this.config.graceDays];
    const [{ times, ...read }] = await tx.query<[Omit<PlanTimes, 'times'> & { times: Row[] }]>(PLAN_TIMES, values);
    return { ...read, times: times.map((row) => this.toTime(row)) };
  }

  /** @param now in milliseconds since 1970 */
  at({ times, cancelled }: PlanTimes, now: number): Standing {
    const [highest] = times.filter(({ from, until }) => from <= now && now < until).toSorted((a, b) => b.rank - a.rank);
    if (highest) return { plan: highest.plan, state: 'paid', until: highest.until };
    const [last] = times.filter(({ until }) => until <= now).toSorted((a, b) => b.until - a.until);
    const graceUntil = (last?.until ?? 0) + this.graceMs;
    if (last && !cancelled && now < graceUntil) return { plan: last.plan, state: 'grace', until: graceUntil };
    return { plan: this.catalogue.free, state: 'free' };
  }

  evictAfter(tx: Tx, tenant: Readonly<OfTenant>): void {
    this.remembered.evictAfter(tx, tenant, KEY);
  }

  get graceMs(): number {
    return days(this.config.graceDays).milliseconds;
  }

  private toTime({ plan: name, terms, ...time }: Row): PlanTime {
    const plan = this.catalogue.find(name);
    if (plan === undefined) this.report(name);
    return { ...time, plan: plan ?? terms, rank: this.catalogue.rankOf(name) };
  }

  private report(name: string): void {
    this.alerts.raise({
      key: 'billing-plan-gone',
      title: 'An organization is on a plan that is there no more',
      text: `BILLING_PLANS has no plan "${name}". Whoever has paid for it keeps what it gave until their time ends.`,
      severity: 'warning',
    });
  }
}
