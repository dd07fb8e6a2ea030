import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, Matches, MaxLength } from 'class-validator';
import { IfPresent } from '../../core/http/fields.js';
import { PageInfo, PageQuery } from '../../core/pagination/page.dto.js';
import { INBOX_STATUSES, type InboxEvent, type InboxStatus } from './inbox-event.entity.js';

/** An event of a provider, as an administrator sees it. */
export class InboxEventView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  @ApiProperty({ maxLength: 50 })
  provider: string;

  /** Its id there */
  @ApiProperty({ maxLength: 255 })
  eventId: string;

  @ApiProperty({ maxLength: 255 })
  type: string;

  @ApiProperty({ enum: INBOX_STATUSES })
  status: InboxStatus;

  /** How often it was tried in vain */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 2 ** 31 - 1 })
  failures: number;

  /** Of the last time, if it is not done */
  @ApiProperty({ type: 'string', maxLength: 50, nullable: true })
  errorCode: string | null;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  receivedAt: string;

  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  processedAt: string | null;

  /** When it is tried next, unless the provider sends it again before; null if it is not open */
  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  nextAttemptAt: string | null;
}

/** With what the provider has said. */
export class WholeInboxEventView extends InboxEventView {
  /** Null once it is processed or ignored */
  @ApiProperty({ type: 'object', additionalProperties: true, maxProperties: 10_000, nullable: true })
  payload: object | null;
}

export class InboxQuery extends PageQuery {
  @ApiPropertyOptional({ enum: INBOX_STATUSES })
  @IfPresent()
  @IsIn(INBOX_STATUSES)
  status?: InboxStatus;

  @ApiPropertyOptional({ maxLength: 50, pattern: '^[a-z0-9-]+$', example: 'stripe' })
  @IfPresent()
  @MaxLength(50)
  @Matches(/^[a-z0-9-]+$/)
  provider?: string;
}

export class InboxPage {
  @ApiProperty({ type: [InboxEventView], maxItems: 100 })
  data: InboxEventView[];

  page: PageInfo;
}

export const toInboxEventView = (event: InboxEvent): InboxEventView => ({
  id: event.id,
  provider: event.provider,
  eventId: event.eventId,
  type: event.type,
  status: event.status,
  failures: event.failures,
  errorCode: event.errorCode,
  receivedAt: event.receivedAt.toISOString(),
  processedAt: event.processedAt?.toISOString() ?? null,
  nextAttemptAt: event.nextAttemptAt?.toISOString() ?? null,
});
