import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { IsId } from '../../core/http/fields.js';

export class CreateBookingExport {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  @IsId()
  eventId: string;
}

/** A file that can be downloaded. */
export class BookingExportView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  @ApiProperty({ format: 'uuid', maxLength: 36 })
  eventId: string;

  /** How many bookings it has */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 2_147_483_647 })
  rows: number;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  createdAt: string;

  /** Until when links to it can be had */
  @ApiProperty({ format: 'date-time', maxLength: 30 })
  expiresAt: string;

  /** A path of this API. Whoever knows it may download the file, without signing in */
  @ApiProperty({ maxLength: 400 })
  downloadUrl: string;

  /** Until when this link works, which is minutes: each time it is asked for it is a new one */
  @ApiProperty({ format: 'date-time', maxLength: 30 })
  downloadExpiresAt: string;
}

/** What a link proves itself with. */
export class DownloadQuery {
  @ApiProperty({ maxLength: 300 })
  @IsString()
  @MaxLength(300)
  signature: string;
}
