import { ApiProperty } from '@nestjs/swagger';
import { type Role, ROLES } from '../../core/access/actor.js';
import type { Membership } from '../../core/identity/membership.entity.js';
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

export const toOrganizationView = ({ organization, role }: Membership): OrganizationView => ({
  id: organization.id,
  name: organization.name,
  role,
  createdAt: organization.createdAt.toISOString(),
});
