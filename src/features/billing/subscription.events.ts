import { ApiProperty } from '@nestjs/swagger';
import { defineEvent } from '../../core/events/define-event.js';

export class SubscriptionFact {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  organizationId: string;

  /** The name of the plan that is in force now */
  @ApiProperty({ maxLength: 30 })
  plan: string;

  /** The end of all that is paid for, or was; null if nothing ever was */
  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  paidUntil: string | null;

  /** Whether it ends with the paid time, without a grace */
  cancelled: boolean;
}

/** A plan was paid for, given back, cancelled, or is over. */
export const subscriptionChanged = defineEvent('subscription.changed', SubscriptionFact, { public: true });
