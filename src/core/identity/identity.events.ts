import { ApiProperty } from '@nestjs/swagger';
import { type Role, ROLES } from '../access/actor.js';
import { defineEvent } from '../events/define-event.js';

export class MembershipFact {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  organizationId: string;

  @ApiProperty({ format: 'uuid', maxLength: 36 })
  userId: string;

  @ApiProperty({ enum: ROLES })
  role: Role;
}

export class OrganizationFact {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  organizationId: string;
}

/** Somebody joined an organization. */
export const membershipCreated = defineEvent('membership.created', MembershipFact, { public: true });

/** Nobody belongs to it any more: what keeps something for it, or charges for it, lets go of it. */
export const organizationClosed = defineEvent('organization.closed', OrganizationFact, { public: false });
