import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import type { Actor } from '../../core/access/actor.js';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { UsersService } from '../../core/identity/users.service.js';
import { defineJob } from '../../core/jobs/define-job.js';
import { type Handles, JobHandler, type Run } from '../../core/jobs/job-handler.decorator.js';
import { Mail } from '../../core/messaging/mail.service.js';
import { Payments } from '../../core/payments/payments.js';
import type { OfTenant } from '../../core/tenancy/tenant-entity.js';
import { Duration } from '../../core/time/duration.js';
import { OrganizationPlans } from './organization-plans.js';
import { PlanCatalogue } from './plan-catalogue.js';
import type { Plan } from './plan-table.js';
import { plansConfig, type PlansConfig } from './plans.config.js';
import { DUE_ENDS, DUE_RENEWALS, OWNERS, TELL_END, TELL_RENEWAL } from './renewal-statements.js';
import { SubscriptionChanges } from './subscription-changes.js';
import { planEnds } from './subscription.mails.js';
import { SubscriptionsService } from './subscriptions.service.js';

class Nothing {}

interface Owner {
  readonly userId: string;
  /** What the organization is called */
  readonly organization: string;
}

export const remindOfPlans = defineJob('billing.remind-of-plans', Nothing, { cron: '25 * * * *', timeoutSeconds: 600 });

/** Mails owners where to pay before their time ends, and tells when it is over. It ends without that as well. */
@Injectable()
@JobHandler(remindOfPlans)
export class Renewals implements Handles<Nothing> {
  constructor(
    @Inject(plansConfig.KEY) private readonly config: PlansConfig,
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly users: UsersService,
    private readonly catalogue: PlanCatalogue,
    private readonly plans: OrganizationPlans,
    private readonly subscriptions: SubscriptionsService,
    private readonly changes: SubscriptionChanges,
    private readonly payments: Payments,
    private readonly mail: Mail,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(Renewals.name);
  }

  async handle(_: Nothing, { signal }: Pick<Run, 'signal'>): Promise<void> {
    const { noticeDays, graceDays } = this.config;
    if (this.payments.enabled)
      await this.each(DUE_RENEWALS, noticeDays, signal, (tx, tenant) => this.remind(tx, tenant));
    await this.each(DUE_ENDS, graceDays, signal, (tx, tenant) => this.tellEnd(tx, tenant));
  }

  /** In a transaction each: what fails for one of them keeps nobody else waiting, and is tried again in an hour. */
  private async each(
    statement: string,
    days: number,
    signal: AbortSignal,
    work: (tx: Tx, tenant: OfTenant) => Promise<void>,
  ): Promise<void> {
    for (const tenant of await this.dataSource.query<OfTenant[]>(statement, [days])) {
      if (signal.aborted) return;
      await this.transactions
        .run((tx) => work(tx, tenant))
        .catch((err: unknown) => this.logger.error({ err, ...tenant, alert: true }, 'a plan was not reminded of'));
    }
  }

  private async remind(tx: Tx, tenant: OfTenant): Promise<void> {
    const [told] = await tx.query<{ paidUntil: Date }[]>(TELL_RENEWAL, [tenant.organizationId]);
    const { times } = await this.plans.read(tx, tenant);
    const [last] = times.toSorted((a, b) => b.until - a.until);
    const plan = last && this.catalogue.find(last.plan.name);
    // What is sold no more cannot be paid for again: the alert of its plan says so to the operators.
    if (told === undefined || plan === undefined || plan.price === 0) return;
    const owners = await tx.query<Owner[]>(OWNERS, [tenant.organizationId]);
    for (const owner of owners) await this.mailTo(tx, { ...owner, ...tenant }, plan, told.paidUntil);
  }

  private async mailTo(tx: Tx, owner: Owner & OfTenant, plan: Plan, paidUntil: Date): Promise<void> {
    const standing = await this.users.standingOf(tx, owner.userId, owner.organizationId);
    if (standing === undefined) return;
    // They have no session here. What they will do, they do with one of their own.
    const buyer: Actor = { ...standing, sessionId: owner.userId };
    const { amount, currency, checkoutUrl } = await this.subscriptions.open(tx, buyer, plan, paidUntil);
    await this.mail.sendIfEnabled(tx, owner, planEnds, {
      plan: plan.title,
      organization: owner.organization,
      paidUntil,
      price: { amount, currency },
      checkoutUrl,
      grace: new Duration(this.plans.graceMs),
      validFor: new Duration(Math.max(1, paidUntil.getTime() - Date.now())),
    });
  }

  private async tellEnd(tx: Tx, tenant: OfTenant): Promise<void> {
    const [{ count }] = await tx.query<[{ count: number }]>(TELL_END, [tenant.organizationId]);
    if (count > 0) await this.changes.tell(tx, tenant);
  }
}
