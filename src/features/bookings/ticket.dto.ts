import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { BookedSeatView } from './booking.dto.js';
import { EventSummary } from './event.dto.js';
import { MOST_SEATS_AT_ONCE } from './hold.dto.js';
import { CODE_LENGTH } from './ticket-codes.js';

export class TicketView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  bookingId: string;

  /** What the QR code says: whoever shows it first comes in, with all of the seats */
  @ApiProperty({ minLength: CODE_LENGTH, maxLength: CODE_LENGTH })
  code: string;

  /** The QR code, as a picture without a size or scripts */
  @ApiProperty({ maxLength: 20_000 })
  svg: string;

  @ApiProperty({ type: EventSummary })
  event: EventSummary;

  @ApiProperty({ type: [BookedSeatView], maxItems: MOST_SEATS_AT_ONCE })
  seats: BookedSeatView[];
}

export class CheckIn {
  /** As it was read from the QR code, whatever that was of */
  @ApiProperty({ minLength: 1, maxLength: 4_096 })
  @IsString()
  @Length(1, 4_096)
  code: string;
}
