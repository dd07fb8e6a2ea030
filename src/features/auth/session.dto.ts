import { ApiProperty } from '@nestjs/swagger';
import { PageInfo } from '../../core/pagination/page.dto.js';
import type { Session } from './session.entity.js';

export class SessionView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  /** What it was opened with, as that names itself */
  @ApiProperty({ maxLength: 300 })
  userAgent: string;

  /** Where it was opened, if that is known */
  @ApiProperty({ type: String, nullable: true, maxLength: 45 })
  address: string | null;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  createdAt: string;

  /** When its tokens were renewed the last time */
  @ApiProperty({ format: 'date-time', maxLength: 30 })
  lastSeenAt: string;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  expiresAt: string;

  /** Whether it is the one that asks */
  current: boolean;
}

export class SessionPage {
  @ApiProperty({ type: [SessionView], maxItems: 100 })
  data: SessionView[];

  page: PageInfo;
}

export const toSessionView = (session: Session, currentId: string): SessionView => ({
  id: session.id,
  userAgent: session.userAgent,
  address: session.address,
  createdAt: session.createdAt.toISOString(),
  lastSeenAt: session.lastSeenAt.toISOString(),
  expiresAt: session.expiresAt.toISOString(),
  current: session.id === currentId,
});
