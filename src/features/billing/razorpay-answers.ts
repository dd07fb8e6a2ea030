import { applyDecorators } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsArray, IsIn, IsInt, IsString, IsUrl, Length, Max, Min, ValidateIf, ValidateNested } from 'class-validator';

// Of what Razorpay answers (razorpay.com/docs/api), what is used here.

const Id = () => applyDecorators(IsString(), Length(1, 100));
const Count = () => applyDecorators(IsInt(), Min(0), Max(Number.MAX_SAFE_INTEGER));
const OrNothing = () => ValidateIf((_, value) => value !== null && value !== undefined);
const ListOf = (type: () => new () => object) =>
  applyDecorators(
    IsArray(),
    ValidateNested({ each: true }),
    Type(() => type()),
  );

export class RazorpayLinkPayment {
  @Id()
  payment_id: string;

  @Id()
  status: string;
}

/** A page where one amount can be paid. Amounts are in minor units, times in seconds. */
export class RazorpayLink {
  @Id()
  id: string;

  @OrNothing()
  @IsString()
  reference_id?: string | null;

  @IsIn(['created', 'partially_paid', 'expired', 'cancelled', 'paid'])
  status: 'created' | 'partially_paid' | 'expired' | 'cancelled' | 'paid';

  @Count()
  amount: number;

  @Count()
  amount_paid: number;

  @IsString()
  @Length(3, 3)
  currency: string;

  @IsUrl({ require_tld: false })
  short_url: string;

  @Count()
  expire_by: number;

  @OrNothing()
  @ListOf(() => RazorpayLinkPayment)
  payments?: RazorpayLinkPayment[] | null;
}

export class RazorpayLinks {
  @ListOf(() => RazorpayLink)
  payment_links: RazorpayLink[];
}

export class RazorpayPayment {
  @Id()
  id: string;

  @OrNothing()
  @Count()
  amount_refunded?: number | null;

  @Count()
  created_at: number;
}

export class RazorpayRefund {
  @Id()
  id: string;

  @OrNothing()
  @IsString()
  receipt?: string | null;

  @IsIn(['pending', 'processed', 'failed'])
  status: 'pending' | 'processed' | 'failed';
}

export class RazorpayRefunds {
  @ListOf(() => RazorpayRefund)
  items: RazorpayRefund[];
}

export class RazorpayDispute {
  @Id()
  payment_id: string;
}

export class RazorpayDisputes {
  @ListOf(() => RazorpayDispute)
  items: RazorpayDispute[];
}
