import { Body, Controller, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, Public, RequiresRole, RequiresVerifiedEmail } from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { FeatureDisabled, NotFound } from '../../core/errors/core.errors.js';
import { Throws } from '../../core/http/openapi.js';
import { IdempotencyKey } from '../../core/idempotency/idempotency-key.decorator.js';
import { PlansView, toPlanView } from './plan.dto.js';
import { PlanCatalogue } from './plan-catalogue.js';
import { BuyPlan, PlanCheckoutView, SubscriptionView } from './subscription.dto.js';
import { PlanCheckoutBusy, PlanIsFree } from './subscription.errors.js';
import { SubscriptionsService } from './subscriptions.service.js';
import { UsageView } from './usage.dto.js';
import { Usage } from './usage.service.js';

@ApiTags('billing')
@Controller('billing')
@RequiresRole('viewer')
export class SubscriptionsController {
  constructor(
    private readonly catalogue: PlanCatalogue,
    private readonly subscriptions: SubscriptionsService,
    private readonly usage: Usage,
  ) {}

  /** What can be had, and what it costs */
  @Get('plans')
  @Public()
  plans(): PlansView {
    return { plans: this.catalogue.plans.map(toPlanView), freePlan: this.catalogue.free.name };
  }

  /** The plan of my organization */
  @Get('subscription')
  subscription(@CurrentActor() actor: Actor): Promise<SubscriptionView> {
    return this.subscriptions.view(actor);
  }

  /**
   * Asks for the money of a month of a plan. Paid, it begins at once if it is more than the plan before, else after what
   * is paid for already; what is left of a lower plan waits meanwhile
   */
  @Post('subscription/checkout')
  @RequiresRole('admin')
  @RequiresVerifiedEmail()
  @Throws(NotFound, PlanIsFree, PlanCheckoutBusy, FeatureDisabled)
  checkout(
    @CurrentActor() actor: Actor,
    @Body() request: BuyPlan,
    @IdempotencyKey() key: string,
  ): Promise<PlanCheckoutView> {
    return this.subscriptions.checkout(actor, request, key);
  }

  /** Ends the plan with its paid time. Whoever pays again takes that back */
  @Post('subscription/cancel')
  @HttpCode(HttpStatus.OK)
  @RequiresRole('admin')
  @RequiresVerifiedEmail()
  cancel(@CurrentActor() actor: Actor, @IdempotencyKey() key: string): Promise<SubscriptionView> {
    return this.subscriptions.cancel(actor, key);
  }

  /** What my organization has used of its plan in this month */
  @Get('usage')
  used(@CurrentActor() actor: Actor): Promise<UsageView> {
    return this.usage.view(actor);
  }
}
