import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { type Role, ROLES } from '../../core/access/actor.js';
import type { Membership } from '../../core/identity/membership.entity.js';
import { IsId, Trimmed } from '../../core/http/fields.js';
import { PageInfo } from '../../core/pagination/page.dto.js';

export class OrganizationView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  @ApiProperty({ maxLength: 100 })
  name: string;

  /** What I am there */
  @ApiProperty({ enum: ROLES })
  role: Role;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  createdAt: string;
}

export class OrganizationPage {
  @ApiProperty({ type: [OrganizationView], maxItems: 100 })
  data: OrganizationView[];

  page: PageInfo;
}

/** What an organization is called. */
export class NameOrganization {
  @Trimmed()
  @ApiProperty({ minLength: 1, maxLength: 100, example: 'Analytical Engines' })
  @IsString()
  @Length(1, 100)
  name: string;
}

export class SwitchOrganization {
  /** One of those that I belong to */
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  @IsId()
  organizationId: string;
}

export const toOrganizationView = ({
  organization,
  role,
}: Pick<Membership, 'organization' | 'role'>): OrganizationView => ({
  id: organization.id,
  name: organization.name,
  role,
  createdAt: organization.createdAt.toISOString(),
});
