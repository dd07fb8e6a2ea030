import { ApiProperty } from '@nestjs/swagger';
import { IsEmail, IsIn, IsString, Length, MaxLength } from 'class-validator';
import { type Role, ROLES } from '../../core/access/actor.js';
import { ById } from '../../core/http/by-id.dto.js';
import { PageInfo } from '../../core/pagination/page.dto.js';
import { Address } from './auth.dto.js';
import type { Invitation } from './invitation.entity.js';
import { IsId } from '../../core/http/fields.js';

export class InvitationPath extends ById {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  @IsId()
  invitationId: string;
}

export class InviteMember {
  @Address()
  @ApiProperty({ format: 'email', maxLength: 254, example: 'ada@example.org' })
  @IsEmail()
  @MaxLength(254)
  email: string;

  /** At most my own */
  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES)
  role: Role;
}

export class AcceptInvitation {
  /** What stands behind `#token=` in the link of the mail */
  @IsString()
  @Length(1, 100)
  token: string;
}

export class InvitationView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  @ApiProperty({ format: 'email', maxLength: 254 })
  email: string;

  /** What they will be */
  @ApiProperty({ enum: ROLES })
  role: Role;

  /** The member who invited them; null once that one has left */
  @ApiProperty({ type: String, format: 'uuid', nullable: true, maxLength: 36 })
  invitedBy: string | null;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  createdAt: string;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  expiresAt: string;
}

export class InvitationPage {
  @ApiProperty({ type: [InvitationView], maxItems: 100 })
  data: InvitationView[];

  page: PageInfo;
}

export const toInvitationView = (invitation: Invitation): InvitationView => ({
  id: invitation.id,
  email: invitation.email,
  role: invitation.role,
  invitedBy: invitation.invitedBy,
  createdAt: invitation.createdAt.toISOString(),
  expiresAt: invitation.expiresAt.toISOString(),
});
