import { Transform } from 'class-transformer';
import { IsString, Length } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { IfPresent } from '../http/fields.js';
import { PageInfo, PageQuery } from '../pagination/page.dto.js';
import type { User } from './user.entity.js';
import { normalizeEmail } from './users.service.js';

/** A person, as an administrator sees them. */
export class AdminUserView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  @ApiProperty({ maxLength: 254 })
  email: string;

  @ApiProperty({ maxLength: 100 })
  name: string;

  administrator: boolean;

  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  emailVerifiedAt: string | null;

  /** Since when they are kept out; null if they are not */
  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  suspendedAt: string | null;

  /** When their account was erased: what is left is the id */
  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  erasedAt: string | null;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  createdAt: string;
}

export class AdminUsersQuery extends PageQuery {
  /** Only those whose address begins so */
  @Transform(({ value }) => (typeof value === 'string' ? normalizeEmail(value) : (value as unknown)))
  @IfPresent()
  @IsString()
  @Length(1, 254)
  email?: string;
}

export class AdminUserPage {
  @ApiProperty({ type: [AdminUserView], maxItems: 100 })
  data: AdminUserView[];

  page: PageInfo;
}

export const toAdminUserView = (user: User): AdminUserView => ({
  id: user.id,
  email: user.email,
  name: user.name,
  administrator: user.administrator,
  emailVerifiedAt: user.emailVerifiedAt?.toISOString() ?? null,
  suspendedAt: user.suspendedAt?.toISOString() ?? null,
  erasedAt: user.erasedAt?.toISOString() ?? null,
  createdAt: user.createdAt.toISOString(),
});
