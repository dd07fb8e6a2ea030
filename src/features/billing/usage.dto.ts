import { ApiProperty } from '@nestjs/swagger';
import { MOST_LIMITS } from './plan-table.js';

export class MetricUsageView {
  @ApiProperty({ maxLength: 30 })
  metric: string;

  /** In this calendar month, in UTC. It may be more than the limit if the plan was another one before */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  used: number;

  /** What the plan includes in a month */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  limit: number;
}

export class UsageView {
  /** The name of the plan that is in force */
  @ApiProperty({ maxLength: 30 })
  plan: string;

  /** What it includes */
  @ApiProperty({ type: [MetricUsageView], maxItems: MOST_LIMITS })
  metrics: MetricUsageView[];

  /** When counting begins anew */
  @ApiProperty({ format: 'date-time', maxLength: 30 })
  periodEndsAt: string;
}
