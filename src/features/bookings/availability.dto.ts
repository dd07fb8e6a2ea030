import { ApiProperty } from '@nestjs/swagger';

import { PageInfo } from '../../core/pagination/page.dto.js';
import { IsId } from '../../core/http/fields.js';

const MOST_SEATS = 1_000_000;

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

  @ApiProperty({ type: [SeatTypeAvailability], maxItems: 20 })
  seatTypes: SeatTypeAvailability[];
}

/** What watchers are told: `event:seats-update` */
export class SeatsUpdate {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  eventId: string;

  /** Higher in each that a watcher gets; some are left out */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  version: number;

  @ApiProperty({ type: [AvailableSeats], maxItems: 20 })
  seatTypes: AvailableSeats[];
}

export const SEAT_STATUSES = ['free', 'held', 'sold'] as const;
export type SeatStatus = (typeof SEAT_STATUSES)[number];

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
