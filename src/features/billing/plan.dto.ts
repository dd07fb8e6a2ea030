import { ApiProperty } from '@nestjs/swagger';
import { exponentOf } from '../../core/payments/currency.js';
import { MOST_LIMITS, MOST_PLANS, type Plan } from './plan-table.js';

export class GroupLimitView {
  /** Of routes: each of them says which one it is in (`x-plan-limit`) */
  @ApiProperty({ maxLength: 30 })
  group: string;

  /** Of each API key and each user */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
  requestsPerMinute: number;
}

export class IncludedUsageView {
  @ApiProperty({ maxLength: 30 })
  metric: string;

  /** In a calendar month, in UTC */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  perMonth: number;
}

export class PlanView {
  @ApiProperty({ maxLength: 30 })
  name: string;

  @ApiProperty({ maxLength: 60 })
  title: string;

  /** Of a month, in minor units of the currency */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  price: number;

  /** ISO 4217 */
  @ApiProperty({ minLength: 3, maxLength: 3 })
  currency: string;

  /** How many digits of the price stand behind the point */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 4 })
  exponent: number;

  @ApiProperty({ type: [GroupLimitView], maxItems: MOST_LIMITS })
  limits: GroupLimitView[];

  @ApiProperty({ type: [IncludedUsageView], maxItems: MOST_LIMITS })
  included: IncludedUsageView[];
}

export class PlansView {
  /** From the least to the most */
  @ApiProperty({ type: [PlanView], maxItems: MOST_PLANS })
  plans: PlanView[];

  /** The name of the one that holds for whoever pays for none */
  @ApiProperty({ maxLength: 30 })
  freePlan: string;
}

export function toPlanView({ requestsPerMinute, included, ...plan }: Plan): PlanView {
  return {
    ...plan,
    exponent: exponentOf(plan.currency),
    limits: Object.entries(requestsPerMinute).map(([group, limit]) => ({ group, requestsPerMinute: limit })),
    included: Object.entries(included).map(([metric, perMonth]) => ({ metric, perMonth })),
  };
}
