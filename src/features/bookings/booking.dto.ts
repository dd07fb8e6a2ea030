import { ApiProperty } from '@nestjs/swagger';
import { PageInfo } from '../../core/pagination/page.dto.js';
import { BOOKING_STATUSES, type BookingStatus } from './booking.entity.js';
import { EventSummary } from './event.dto.js';
import { MOST_SEATS_AT_ONCE } from './hold.dto.js';
import { IsId } from '../../core/http/fields.js';

const MOST = Number.MAX_SAFE_INTEGER;

export class CreateBooking {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  @IsId()
  holdId: string;
}

export class BookedSeatView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  seatTypeId: string;

  /** Of its type */
  @ApiProperty({ maxLength: 50 })
  name: string;

  /** Null in general admission */
  @ApiProperty({ type: 'string', maxLength: 16, nullable: true })
  label: string | null;

  /** In minor units of the currency */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 1_000_000_000 })
  priceMinor: number;
}

export class BookingView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  /** The buyer's */
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  organizationId: string;

  /** The buyer */
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  userId: string;

  @ApiProperty({ type: EventSummary })
  event: EventSummary;

  @ApiProperty({ enum: BOOKING_STATUSES })
  status: BookingStatus;

  @ApiProperty({ type: [BookedSeatView], maxItems: MOST_SEATS_AT_ONCE })
  seats: BookedSeatView[];

  /** In minor units of the currency; 0 is free */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: MOST })
  totalMinor: number;

  /** ISO 4217 */
  @ApiProperty({ minLength: 3, maxLength: 3 })
  currency: string;

  /** How much of it went back so far */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: MOST })
  refundedMinor: number;

  /** The one that it waits for, or that paid it; null if it is free */
  @ApiProperty({ type: 'string', format: 'uuid', maxLength: 36, nullable: true })
  paymentId: string | null;

  /** Until when it waits to be paid for; null if it does not */
  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  expiresAt: string | null;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  createdAt: string;

  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  confirmedAt: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  cancelledAt: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  checkedInAt: string | null;
}

export class CreatedBooking extends BookingView {
  /** Where it is paid for; null if it is free */
  @ApiProperty({ type: 'string', format: 'uri', maxLength: 2_048, nullable: true })
  checkoutUrl: string | null;
}

export class BookingPage {
  @ApiProperty({ type: [BookingView], maxItems: 100 })
  data: BookingView[];

  page: PageInfo;
}
