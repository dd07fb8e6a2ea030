import { Type } from 'class-transformer';
import { IsInt, IsObject, IsString, Length, Matches, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { IfPresent, IsId, Trimmed } from '../../core/http/fields.js';
import { PageInfo } from '../../core/pagination/page.dto.js';
import { REFUND_STATUSES, type RefundStatus } from './payment-refund.entity.js';
import { PAYMENT_STATUSES, type PaymentStatus } from './payment.entity.js';

/** What is paid for. */
export class PayableName {
  /** What it is: `credit-pack` */
  @ApiProperty({ maxLength: 50, pattern: '^[a-z][a-z0-9-]*$', example: 'credit-pack' })
  @IsString()
  @MaxLength(50)
  @Matches(/^[a-z][a-z0-9-]*$/)
  kind: string;

  /** Which one of these */
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  @IsId()
  id: string;
}

export class CreatePayment {
  @ApiProperty({ type: PayableName })
  @IsObject()
  @ValidateNested()
  @Type(() => PayableName)
  payable: PayableName;
}

export class PaymentView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  /** Of the buyer */
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  organizationId: string;

  /** Null if the platform itself sells */
  @ApiProperty({ type: 'string', format: 'uuid', maxLength: 36, nullable: true })
  sellerOrganizationId: string | null;

  @ApiProperty({ type: PayableName })
  payable: PayableName;

  /** In minor units of the currency: cents of EUR, yen of JPY */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
  amount: number;

  /** As of ISO 4217 */
  @ApiProperty({ minLength: 3, maxLength: 3 })
  currency: string;

  @ApiProperty({ maxLength: 200 })
  description: string;

  /** `refused`: the money came too late, and goes back */
  @ApiProperty({ enum: PAYMENT_STATUSES })
  status: PaymentStatus;

  /** What has gone back of it, in minor units */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  refunded: number;

  /** Whether the buyer has disputed it with their bank */
  disputed: boolean;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  createdAt: string;

  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  paidAt: string | null;

  /** Until when it can be paid */
  @ApiProperty({ format: 'date-time', maxLength: 30 })
  expiresAt: string;
}

/** A payment that waits for its buyer. */
export class OpenPaymentView extends PaymentView {
  /** Where to pay: leads to the page of the provider */
  @ApiProperty({ maxLength: 700 })
  checkoutUrl: string;
}

export class PaymentPage {
  @ApiProperty({ type: [PaymentView], maxItems: 100 })
  data: PaymentView[];

  page: PageInfo;
}

export class CreateRefund {
  /** In minor units of the payment's currency; all that is left of it, if left out */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER, required: false })
  @IfPresent()
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  amount?: number;

  /** For the books */
  @Trimmed()
  @ApiProperty({ minLength: 1, maxLength: 200 })
  @IsString()
  @Length(1, 200)
  reason: string;
}

export class RefundView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  @ApiProperty({ format: 'uuid', maxLength: 36 })
  paymentId: string;

  /** In minor units of the payment's currency */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
  amount: number;

  @ApiProperty({ maxLength: 200 })
  reason: string;

  @ApiProperty({ enum: REFUND_STATUSES })
  status: RefundStatus;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  createdAt: string;
}

export class RefundPage {
  @ApiProperty({ type: [RefundView], maxItems: 100 })
  data: RefundView[];

  page: PageInfo;
}
