import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, IsTimeZone, Length, MaxLength } from 'class-validator';
import { IfPresent, Instant, RequiredInstant, Trimmed } from '../../core/http/fields.js';
import { PageInfo, PageQuery } from '../../core/pagination/page.dto.js';
import { AreSeatTypes, CreateSeatType, MOST_SEAT_TYPES, SEAT_TYPES, SeatTypeView } from './seat-type.dto.js';
import { EVENT_STATUSES, type EventStatus } from './ticketed-event.entity.js';

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
  @ApiProperty(SEAT_TYPES)
  @AreSeatTypes()
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
  @ApiPropertyOptional(SEAT_TYPES)
  @IfPresent()
  @AreSeatTypes()
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
  @ApiProperty({ type: [SeatTypeView], maxItems: MOST_SEAT_TYPES })
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
