import { Inject, Injectable } from '@nestjs/common';
import type { Plan } from './plan-table.js';
import { plansConfig, type PlansConfig } from './plans.config.js';

/** The plans that can be had. */
@Injectable()
export class PlanCatalogue {
  /** From the least to the most */
  readonly plans: readonly Plan[];
  /** Of whoever pays for none */
  readonly free: Plan;

  constructor(@Inject(plansConfig.KEY) { table }: PlansConfig) {
    this.plans = JSON.parse(table) as Plan[];
    const [free] = this.plans;
    if (free === undefined) throw new Error('There are no plans.');
    this.free = free;
  }

  find(name: string): Plan | undefined {
    return this.plans.find((plan) => plan.name === name);
  }

  /** How much a plan is beside others; one that is there no more is less than all that can be bought. */
  rankOf(name: string): number {
    return this.plans.findIndex((plan) => plan.name === name);
  }
}
