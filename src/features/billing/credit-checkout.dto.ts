import { IsString, MaxLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';

/** Credits that can be bought. */
export class CreditPackView {
  @ApiProperty({ maxLength: 50 })
  name: string;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 999_999_999 })
  credits: number;

  /** In minor units of the currency: `500` EUR is 5.00 € */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 999_999_999_999 })
  amount: number;

  /** ISO 4217 */
  @ApiProperty({ minLength: 3, maxLength: 3 })
  currency: string;
}

export class CreditPacksView {
  /** Whether they can be bought here */
  enabled: boolean;

  @ApiProperty({ type: [CreditPackView], maxItems: 20 })
  packs: CreditPackView[];
}

export class BuyCredits {
  /** The name of one of `GET /v1/billing/credits/packs` */
  @IsString()
  @MaxLength(50)
  pack: string;
}

/** Credits that come as soon as they are paid for. */
export class CreditCheckoutView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  purchaseId: string;

  @ApiProperty({ format: 'uuid', maxLength: 36 })
  paymentId: string;

  /** Where to pay */
  @ApiProperty({ maxLength: 2_000 })
  checkoutUrl: string;

  pack: CreditPackView;
}
