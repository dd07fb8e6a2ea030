import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Retention } from '../../core/retention/retention.js';
import { ClosedSubscriptions } from './closed-subscriptions.js';
import { OrganizationPlans } from './organization-plans.js';
import { PlanBook } from './plan-book.js';
import { PlanCatalogue } from './plan-catalogue.js';
import { PlanPayable } from './plan-payable.js';
import { plansConfig } from './plans.config.js';
import { Renewals } from './renewals.js';
import { SubscriptionChanges } from './subscription-changes.js';
import { SubscriptionPeriod } from './subscription-period.entity.js';
import { Subscription } from './subscription.entity.js';
import { SubscriptionsController } from './subscriptions.controller.js';
import { SubscriptionsService } from './subscriptions.service.js';
import { UsageCounter } from './usage-counter.entity.js';
import { Usage } from './usage.service.js';

/** Plans, what they include, and how organizations come to them. */
@Module({
  imports: [
    ConfigModule.forFeature(plansConfig),
    TypeOrmModule.forFeature([Subscription, SubscriptionPeriod, UsageCounter]),
  ],
  controllers: [SubscriptionsController],
  providers: [
    ClosedSubscriptions,
    OrganizationPlans,
    PlanBook,
    PlanCatalogue,
    PlanPayable,
    Renewals,
    SubscriptionChanges,
    SubscriptionsService,
    Usage,
  ],
})
export class SubscriptionsModule {
  constructor(retention: Retention) {
    retention.expire('usage_counters');
  }
}
