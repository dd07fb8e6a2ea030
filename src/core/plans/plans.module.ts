import { Global, Module } from '@nestjs/common';
import { PlanLimitGuard } from './plan-limit.guard.js';
import { Plans } from './plans.js';

/** The port of plans, which hold organizations to what they pay for. */
@Global()
@Module({ providers: [Plans, PlanLimitGuard], exports: [Plans, PlanLimitGuard] })
export class PlansModule {}
