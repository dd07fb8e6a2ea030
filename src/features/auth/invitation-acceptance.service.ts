import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { Actor } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { Events } from '../../core/events/events.service.js';
import { membershipCreated } from '../../core/identity/identity.events.js';
import { Membership } from '../../core/identity/membership.entity.js';
import { Organization } from '../../core/identity/organization.entity.js';
import { User } from '../../core/identity/user.entity.js';
import { invitationAccepted } from './auth.audit.js';
import { LinkInvalid } from './auth.errors.js';
import type { Invitation } from './invitation.entity.js';
import { sha256 } from './opaque-token.js';
import { type OrganizationView, toOrganizationView } from './organization.dto.js';

type Redeemed = Pick<Invitation, 'id' | 'organizationId' | 'email' | 'role'>;

// Whoever comes second waits for the row, and finds it gone.
const REDEEM = `
  WITH redeemed AS (
    DELETE FROM invitations i USING users u, organizations o
     WHERE i.token_hash = $1 AND i.expires_at > now() AND u.id = $2 AND u.email = i.email
       AND o.id = i.organization_id AND o.closed_at IS NULL
    RETURNING i.id, i.organization_id, i.email, i.role)
  SELECT id, organization_id AS "organizationId", email, role FROM redeemed`;

/** How people join an organization that invited them. */
@Injectable()
export class InvitationAcceptance {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: Audit,
    private readonly events: Events,
  ) {}

  /**
   * Makes a member of whoever was invited, once. That an address was invited by mail proves it: it is verified then. Who
   * belongs to it already stays what they are, by constraint `memberships_pkey` (ALREADY_MEMBER).
   * @throws {LinkInvalid} also if it was somebody else who was invited
   */
  accept({ userId }: Actor, token: string): Promise<OrganizationView> {
    return this.transactions.run(async (tx) => {
      const { id, organizationId, email, role } = await this.redeem(tx, userId, token);
      const unproven = { id: userId, email, emailVerifiedAt: IsNull() };
      await tx.update(User, unproven, { emailVerifiedAt: () => 'now()' });
      await tx.insert(Membership, { organizationId, userId, role });
      await this.events.publish(tx, { organizationId }, membershipCreated, { organizationId, userId, role });
      await this.audit.record(tx, { organizationId, userId }, invitationAccepted, { type: 'invitation', id });
      const organization = await tx.findOneByOrFail(Organization, { id: organizationId });
      return toOrganizationView({ organization, role });
    });
  }

  private async redeem(tx: Tx, userId: string, token: string): Promise<Redeemed> {
    const [redeemed] = await tx.query<Redeemed[]>(REDEEM, [sha256(token), userId]);
    if (redeemed === undefined) throw new LinkInvalid();
    return redeemed;
  }
}
