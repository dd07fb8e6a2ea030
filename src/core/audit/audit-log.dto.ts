import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { IfPresent, Instant, IsId } from '../http/fields.js';
import { PageInfo, PageQuery } from '../pagination/page.dto.js';

export class AuditLogQuery extends PageQuery {
  /** Only this action, such as `session.opened` */
  @IfPresent()
  @IsString()
  @MaxLength(100)
  action?: string;

  /** Only what this user did */
  @ApiPropertyOptional({ format: 'uuid', maxLength: 36 })
  @IfPresent()
  @IsId()
  actorId?: string;

  /** Not before */
  @Instant()
  from?: string;

  /** Before */
  @Instant()
  to?: string;
}

export class AuditEntryView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  /** The user who did it; null if nobody had signed in */
  @ApiProperty({ type: 'string', format: 'uuid', maxLength: 36, nullable: true })
  actorId: string | null;

  /** A thing and what happened to it: `session.opened` */
  @ApiProperty({ maxLength: 100 })
  action: string;

  /** What it was done to */
  @ApiProperty({ type: 'string', maxLength: 200, nullable: true })
  targetType: string | null;

  @ApiProperty({ type: 'string', format: 'uuid', maxLength: 36, nullable: true })
  targetId: string | null;

  /** From where, until that is erased */
  @ApiProperty({ type: 'string', maxLength: 45, nullable: true })
  address: string | null;

  @ApiProperty({ type: 'string', maxLength: 128, nullable: true })
  requestId: string | null;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  at: string;
}

export class AuditLogPage {
  @ApiProperty({ type: [AuditEntryView], maxItems: 100 })
  data: AuditEntryView[];

  page: PageInfo;
}
