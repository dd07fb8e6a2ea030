import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsInt,
  IsString,
  IsTimeZone,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IfPresent, Instant, IsId, RequiredInstant, Trimmed } from '../../core/http/fields.js';
import { PageInfo, PageQuery } from '../../core/pagination/page.dto.js';
import { IsCurrency } from '../../core/payments/is-currency.js';
import { EVENT_STATUSES, type EventStatus } from './ticketed-event.entity.js';

const MOST_SEATS = 1_000_000;
const HIGHEST_NUMBER = 999_999;

/** Seats in a row, by their labels: prefix `A` from 1 to 20 is `A1` to `A20`. */
export class SeatRowRange {
  /** Does not end with a digit; may be empty */
  @ApiProperty({ maxLength: 10, pattern: '^(.*[^0-9])?$', example: 'A' })
  @IsString()
  @MaxLength(10)
  @Matches(/^(?:.*[^0-9])?$/u)
  prefix: string;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: HIGHEST_NUMBER, example: 1 })
  @IsInt()
  @Min(0)
  @Max(HIGHEST_NUMBER)
  from: number;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: HIGHEST_NUMBER, example: 20 })
  @IsInt()
  @Min(0)
  @Max(HIGHEST_NUMBER)
  to: number;
}

/** A kind of seats with one price. */
export class CreateSeatType {
  @ApiProperty({ minLength: 1, maxLength: 50, example: 'VIP' })
  @Trimmed()
  @IsString()
  @Length(1, 50)
  name: string;

  /** In minor units of the currency: cents of EUR, yen of JPY. 0 is free */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 1_000_000_000, example: 2_500 })
  @IsInt()
  @Min(0)
  @Max(1_000_000_000)
  priceMinor: number;

  /** ISO 4217 */
  @ApiProperty({ minLength: 3, maxLength: 3, example: 'EUR' })
  @IsString()
  @IsCurrency()
  currency: string;

  /** How many seats there are: with `rows`, as many as these have labels */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: MOST_SEATS, example: 20 })
  @IsInt()
  @Min(1)
  @Max(MOST_SEATS)
  capacity: number;

  /** The labels of the seats; left out, nobody has a seat of their own (general admission) */
  @ApiPropertyOptional({ type: [SeatRowRange], minItems: 1, maxItems: 500 })
  @IfPresent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(500)
  @ValidateNested({ each: true })
  @Type(() => SeatRowRange)
  rows?: SeatRowRange[];
}

export class CreateEvent {
  @ApiProperty({ minLength: 1, maxLength: 200 })
  @Trimmed()
  @IsString()
  @Length(1, 200)
  title: string;

  @ApiProperty({ minLength: 1, maxLength: 200 })
  @Trimmed()
  @IsString()
  @Length(1, 200)
  venue: string;

  @RequiredInstant()
  startsAt: string;

  /** Of the venue, as IANA calls it */
  @ApiProperty({ minLength: 1, maxLength: 64, example: 'Europe/Berlin' })
  @IsString()
  @MaxLength(64)
  @IsTimeZone()
  timezone: string;

  /** Each with a name of its own */
  @ApiProperty({ type: [CreateSeatType], minItems: 1, maxItems: 20 })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @ArrayUnique((type: CreateSeatType | null) => type?.name)
  @ValidateNested({ each: true })
  @Type(() => CreateSeatType)
  seatTypes: CreateSeatType[];
}

export class UpdateEvent {
  @ApiPropertyOptional({ minLength: 1, maxLength: 200 })
  @Trimmed()
  @IfPresent()
  @IsString()
  @Length(1, 200)
  title?: string;

  @ApiPropertyOptional({ minLength: 1, maxLength: 200 })
  @Trimmed()
  @IfPresent()
  @IsString()
  @Length(1, 200)
  venue?: string;

  @Instant()
  startsAt?: string;

  @ApiPropertyOptional({ minLength: 1, maxLength: 64, example: 'Europe/Berlin' })
  @IfPresent()
  @IsString()
  @MaxLength(64)
  @IsTimeZone()
  timezone?: string;

  /** In place of all that there were, as long as the event is a draft */
  @ApiPropertyOptional({ type: [CreateSeatType], minItems: 1, maxItems: 20 })
  @IfPresent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @ArrayUnique((type: CreateSeatType | null) => type?.name)
  @ValidateNested({ each: true })
  @Type(() => CreateSeatType)
  seatTypes?: CreateSeatType[];
}

export class EventsQuery extends PageQuery {
  /** That start no earlier */
  @Instant()
  from?: string;

  /** That start before */
  @Instant()
  to?: string;

  /** Words of the title or the venue, or how they begin */
  @ApiPropertyOptional({ minLength: 1, maxLength: 100 })
  @Trimmed()
  @IfPresent()
  @IsString()
  @Length(1, 100)
  text?: string;
}

export class SeatTypeView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  @ApiProperty({ maxLength: 50 })
  name: string;

  /** In minor units of the currency; 0 is free */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 1_000_000_000 })
  priceMinor: number;

  /** ISO 4217 */
  @ApiProperty({ minLength: 3, maxLength: 3 })
  currency: string;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: MOST_SEATS })
  capacity: number;

  /** The labels of the seats; null of general admission */
  @ApiProperty({ type: [SeatRowRange], maxItems: 500, nullable: true })
  rows: SeatRowRange[] | null;
}

/** An event, as lists have it. */
export class EventSummary {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  /** The seller */
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  organizationId: string;

  @ApiProperty({ maxLength: 200 })
  title: string;

  @ApiProperty({ maxLength: 200 })
  venue: string;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  startsAt: string;

  /** Of the venue, as IANA calls it */
  @ApiProperty({ maxLength: 64 })
  timezone: string;

  @ApiProperty({ enum: EVENT_STATUSES })
  status: EventStatus;
}

export class EventView extends EventSummary {
  @ApiProperty({ type: [SeatTypeView], maxItems: 20 })
  seatTypes: SeatTypeView[];

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  createdAt: string;

  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  publishedAt: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  cancelledAt: string | null;
}

export class EventPage {
  @ApiProperty({ type: [EventSummary], maxItems: 100 })
  data: EventSummary[];

  page: PageInfo;
}

export class OfSeatType extends PageQuery {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  @IsId()
  seatTypeId: string;
}
