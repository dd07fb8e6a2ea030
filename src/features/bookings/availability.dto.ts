import { ApiProperty } from '@nestjs/swagger';

import { PageInfo, PageQuery } from '../../core/pagination/page.dto.js';
import { MOST_SEAT_TYPES, MOST_SEATS } from './seat-type.dto.js';
import { IsId } from '../../core/http/fields.js';

export class AvailableSeats {
  /** Of the type of seats */
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  /** How many nobody holds or has bought */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: MOST_SEATS })
  available: number;
}

export class SeatTypeAvailability extends AvailableSeats {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: MOST_SEATS })
  capacity: number;
}

export class AvailabilityView {
  /** Higher after each change: of two answers the higher one is the newer */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  version: number;

  @ApiProperty({ type: [SeatTypeAvailability], maxItems: MOST_SEAT_TYPES })
  seatTypes: SeatTypeAvailability[];
}

const SEAT_STATUSES = ['free', 'held', 'sold'] as const;
type SeatStatus = (typeof SEAT_STATUSES)[number];

export class SeatView {
  @ApiProperty({ maxLength: 16 })
  label: string;

  @ApiProperty({ enum: SEAT_STATUSES })
  status: SeatStatus;
}

export class SeatPage {
  @ApiProperty({ type: [SeatView], maxItems: 100 })
  data: SeatView[];

  page: PageInfo;
}

/** What somebody watches. */
export class WatchedEvent {
  @IsId()
  eventId: string;
}

/** Whose seats are listed. */
export class OfSeatType extends PageQuery {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  @IsId()
  seatTypeId: string;
}
