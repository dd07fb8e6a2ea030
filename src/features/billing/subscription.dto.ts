import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length, Matches } from 'class-validator';

export class SubscriptionView {
  /** The name of the plan that is in force */
  @ApiProperty({ maxLength: 30 })
  plan: string;

  @ApiProperty({ maxLength: 60 })
  title: string;

  /** `grace`: the paid time is over, and the plan goes on for a few days. `free`: nothing is paid for */
  @ApiProperty({ enum: ['free', 'paid', 'grace'] })
  state: 'free' | 'paid' | 'grace';

  /** When the plan that is in force ends; null of the free one */
  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  endsAt: string | null;

  /** The name of the plan that comes then */
  @ApiProperty({ type: 'string', maxLength: 30, nullable: true })
  nextPlan: string | null;

  /** The end of all that is paid for, also of other plans; null if nothing is */
  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  paidUntil: string | null;

  /** Whether it ends with the paid time, and nobody is asked to pay for more */
  cancelled: boolean;
}

export class BuyPlan {
  /** Its name */
  @ApiProperty({ minLength: 1, maxLength: 30, pattern: '^[a-z][a-z0-9-]*$', example: 'business' })
  @IsString()
  @Length(1, 30)
  @Matches(/^[a-z][a-z0-9-]*$/)
  plan: string;
}

export class PlanCheckoutView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  paymentId: string;

  /** The page on which it is paid */
  @ApiProperty({ maxLength: 2_000 })
  checkoutUrl: string;

  @ApiProperty({ maxLength: 30 })
  plan: string;

  /** Of a month, in minor units of the currency */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
  amount: number;

  /** ISO 4217 */
  @ApiProperty({ minLength: 3, maxLength: 3 })
  currency: string;
}
