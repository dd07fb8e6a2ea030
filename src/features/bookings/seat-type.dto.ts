import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsInt,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { IfPresent, Trimmed } from '../../core/http/fields.js';
import { IsCurrency } from '../../core/payments/is-currency.js';

export const MOST_SEATS = 1_000_000;
export const MOST_SEAT_TYPES = 20;
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

/** As OpenAPI tells it. */
export const SEAT_TYPES = { type: [CreateSeatType] as [typeof CreateSeatType], minItems: 1, maxItems: MOST_SEAT_TYPES };

/** Each with a name of its own. */
export const AreSeatTypes = () =>
  applyDecorators(
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(MOST_SEAT_TYPES),
    ArrayUnique((type: CreateSeatType | null) => type?.name),
    ValidateNested({ each: true }),
    Type(() => CreateSeatType),
  );

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
