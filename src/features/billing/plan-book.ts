import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import type { Tx } from '../../core/database/transactions.js';
import { Payables } from '../../core/payments/payables.js';
import { type PlanBook as Book, Plans } from '../../core/plans/plans.js';
import { PersonalData } from '../../core/privacy/personal-data.js';
import type { OfTenant } from '../../core/tenancy/tenant-entity.js';
import { ClosedSubscriptions } from './closed-subscriptions.js';
import { OrganizationPlans } from './organization-plans.js';
import { PlanCatalogue } from './plan-catalogue.js';
import { PLAN_PAYABLE, PlanPayable } from './plan-payable.js';
import { PLANS_IN_USE } from './plan-statements.js';
import { Usage } from './usage.service.js';

/** What the rest of the application knows of plans: it stands behind core's ports. */
@Injectable()
export class PlanBook implements Book, OnModuleInit, OnApplicationBootstrap {
  constructor(
    private readonly ports: Plans,
    private readonly payables: Payables,
    private readonly payable: PlanPayable,
    private readonly personalData: PersonalData,
    private readonly closed: ClosedSubscriptions,
    private readonly catalogue: PlanCatalogue,
    private readonly plans: OrganizationPlans,
    private readonly usage: Usage,
    private readonly dataSource: DataSource,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(PlanBook.name);
  }

  onModuleInit(): void {
    this.ports.provide(this);
    this.payables.register(PLAN_PAYABLE, this.payable);
    this.personalData.declare({
      table: 'subscriptions',
      whose: 'false',
      tells: [],
      kept: 'it names nobody',
      endFirst: async (tx, { closingIds }) => {
        for (const id of closingIds) await this.closed.end(tx, id);
      },
    });
  }

  /** Whoever takes a plan out of the table hears that somebody is on it, and not from them. */
  async onApplicationBootstrap(): Promise<void> {
    const inUse = await this.dataSource.query<{ plan: string }[]>(PLANS_IN_USE);
    const gone = inUse.flatMap(({ plan }) => (this.catalogue.find(plan) ? [] : plan));
    if (gone.length > 0) this.logger.warn({ plans: gone, alert: true }, 'plans were taken away that are paid for');
  }

  async requestsPerMinute(organizationId: string | undefined, group: string): Promise<number | undefined> {
    const plan =
      organizationId === undefined ? this.catalogue.free : (await this.plans.current({ organizationId })).plan;
    return plan.requestsPerMinute[group];
  }

  take(tx: Tx, owner: OfTenant, metric: string, amount: number): Promise<void> {
    return this.usage.take(tx, owner, metric, amount);
  }
}
