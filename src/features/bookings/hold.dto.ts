import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsString, Length, ValidateNested } from 'class-validator';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IfPresent, IsId } from '../../core/http/fields.js';

export const MOST_SEATS_AT_ONCE = 20;

/** One seat: by its label, or any of general admission */
export class WantedSeat {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  @IsId()
  seatTypeId: string;

  /** Left out in general admission */
  @ApiPropertyOptional({ minLength: 1, maxLength: 16, example: 'A1' })
  @IfPresent()
  @IsString()
  @Length(1, 16)
  label?: string;
}

export class HoldSeats {
  /** All of them or none. No label twice */
  @ApiProperty({ type: [WantedSeat], minItems: 1, maxItems: MOST_SEATS_AT_ONCE })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_SEATS_AT_ONCE)
  // In general admission nobody asks for the same seat.
  @ArrayUnique((seat: WantedSeat | null) => (seat?.label === undefined ? Symbol() : `${seat.seatTypeId} ${seat.label}`))
  @ValidateNested({ each: true })
  @Type(() => WantedSeat)
  seats: WantedSeat[];
}

export class HeldSeat {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  seatTypeId: string;

  /** Null in general admission */
  @ApiProperty({ type: 'string', maxLength: 16, nullable: true })
  label: string | null;
}

export class HoldView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  @ApiProperty({ format: 'uuid', maxLength: 36 })
  eventId: string;

  /** From then on anybody may take the seats */
  @ApiProperty({ format: 'date-time', maxLength: 30 })
  expiresAt: string;

  @ApiProperty({ type: [HeldSeat], maxItems: MOST_SEATS_AT_ONCE })
  seats: HeldSeat[];
}

/** What `seat:hold` is told. */
export class HoldOfEvent extends HoldSeats {
  @IsId()
  eventId: string;
}

/** What `seat:release` is told, and answers. */
export class ReleasedHold {
  @IsId()
  holdId: string;
}
