import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { type Role, ROLES } from '../../core/access/actor.js';
import { ById } from '../../core/http/by-id.dto.js';
import type { Membership } from '../../core/identity/membership.entity.js';
import type { User } from '../../core/identity/user.entity.js';
import { PageInfo } from '../../core/pagination/page.dto.js';
import { IsId } from '../../core/http/fields.js';

export class MemberPath extends ById {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  @IsId()
  userId: string;
}

export class ChangeRole {
  /** At most my own */
  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES)
  role: Role;
}

export class MemberView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  userId: string;

  @ApiProperty({ maxLength: 100 })
  name: string;

  @ApiProperty({ format: 'email', maxLength: 254 })
  email: string;

  @ApiProperty({ enum: ROLES })
  role: Role;

  /** Since when they belong to it */
  @ApiProperty({ format: 'date-time', maxLength: 30 })
  joinedAt: string;
}

export class MemberPage {
  @ApiProperty({ type: [MemberView], maxItems: 100 })
  data: MemberView[];

  page: PageInfo;
}

export const toMemberView = ({ role, createdAt }: Membership, { id, name, email }: User): MemberView => ({
  userId: id,
  name,
  email,
  role,
  joinedAt: createdAt.toISOString(),
});
