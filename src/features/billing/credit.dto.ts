import { IsIn, IsInt, IsString, Length, Max, MaxLength, Min } from 'class-validator';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IfPresent, Trimmed } from '../../core/http/fields.js';
import { PageInfo, PageQuery } from '../../core/pagination/page.dto.js';
import { CREDIT_REASONS, type CreditEntry, type CreditReason } from './credit-entry.entity.js';

const MOST_CREDITS = 1_000_000_000;

/** What an organization has. */
export class CreditsView {
  /** Credits that can be spent */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  balance: number;

  /** Credits that are set aside for what is under way: they are not in the balance */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  reserved: number;
}

/** One move of credits. */
export class CreditEntryView {
  /** Of this organization's entries, from 1 on and without a gap */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
  number: number;

  @ApiProperty({ enum: CREDIT_REASONS })
  reason: CreditReason;

  /** What it is for, such as `scrape:<id>` */
  @ApiProperty({ maxLength: 200 })
  reference: string;

  /** What it adds to the balance: negative if it takes */
  @ApiProperty({ type: 'integer', minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER })
  amount: number;

  /** What it adds to the credits that are set aside */
  @ApiProperty({ type: 'integer', minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER })
  reserved: number;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  balanceAfter: number;

  /** What was written about it */
  @ApiProperty({ type: 'string', maxLength: 200, nullable: true })
  note: string | null;

  /** Of the request that moved them */
  @ApiProperty({ type: 'string', maxLength: 128, nullable: true })
  requestId: string | null;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  at: string;
}

export class CreditEntriesQuery extends PageQuery {
  /** Only entries of this reason */
  @ApiPropertyOptional({ enum: CREDIT_REASONS })
  @IfPresent()
  @IsIn(CREDIT_REASONS)
  reason?: CreditReason;

  /** Only entries for this */
  @IfPresent()
  @IsString()
  @MaxLength(200)
  reference?: string;
}

export class CreditEntryPage {
  @ApiProperty({ type: [CreditEntryView], maxItems: 100 })
  data: CreditEntryView[];

  page: PageInfo;
}

export class GrantCredits {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: MOST_CREDITS })
  @IsInt()
  @Min(1)
  @Max(MOST_CREDITS)
  amount: number;

  /** Why, for the organization to read */
  @Trimmed()
  @IsString()
  @Length(1, 200)
  reason: string;
}

export function toCreditEntryView(entry: CreditEntry, note: string | null = null): CreditEntryView {
  const { reason, reference, amount, reserved, balanceAfter, requestId, at } = entry;
  const number = Number(entry.number);
  return { number, reason, reference, amount, reserved, balanceAfter, note, requestId, at: at.toISOString() };
}
