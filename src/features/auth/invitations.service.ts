import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Forbidden } from '../../core/access/access.errors.js';
import type { Actor } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { AlreadyMember } from '../../core/identity/identity.errors.js';
import { Membership } from '../../core/identity/membership.entity.js';
import { UsersService } from '../../core/identity/users.service.js';
import { AppLinks } from '../../core/messaging/app-links.js';
import { Mail } from '../../core/messaging/mail.service.js';
import type { PageQuery } from '../../core/pagination/page.dto.js';
import { Pages } from '../../core/pagination/pages.js';
import { scope } from '../../core/tenancy/scope.js';
import { days } from '../../core/time/duration.js';
import { invitationRevoked, invitationSent } from './auth.audit.js';
import { authConfig, type AuthConfig } from './auth.config.js';
import type { InvitationPage, InvitationPath, InvitationView, InviteMember } from './invitation.dto.js';
import { toInvitationView } from './invitation.dto.js';
import { Invitation } from './invitation.entity.js';
import { invited } from './invitations.mails.js';
import { opaqueToken, sha256 } from './opaque-token.js';
import { demandOwn, shareOwn } from './own-organization.js';
import { mayGrant } from './role-rules.js';

/** Who may join an organization. */
@Injectable()
export class InvitationsService {
  private readonly ttl;

  constructor(
    @Inject(authConfig.KEY) config: AuthConfig,
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly pages: Pages,
    private readonly users: UsersService,
    private readonly mail: Mail,
    private readonly links: AppLinks,
    private readonly audit: Audit,
  ) {
    this.ttl = days(config.invitationTtlDays);
  }

  /** @throws {NotFound} */
  async list(actor: Actor, organizationId: string, request: PageQuery): Promise<InvitationPage> {
    demandOwn(actor, organizationId);
    const open = scope(this.dataSource.manager, actor).of(Invitation).select('invitation');
    const { data, page } = await this.pages.read('invitations', { desc: ['id'] }, open, request);
    return { data: data.map(toInvitationView), page };
  }

  /**
   * Invites whoever reads the mails of an address, and tells nobody whether they have an account. The link of an earlier
   * invitation is worth nothing from now on.
   * @throws {NotFound | Forbidden | AlreadyMember | AlreadyInvited | FeatureDisabled}
   */
  send(actor: Actor, organizationId: string, { email, role }: InviteMember): Promise<InvitationView> {
    return this.transactions.run(async (tx) => {
      const mine = await shareOwn(tx, actor, organizationId);
      if (!mayGrant(mine.role, role)) throw new Forbidden();
      if (await tx.existsBy(Membership, { organizationId, user: { email } })) throw new AlreadyMember();
      const token = opaqueToken();
      const invitation = await this.replace(tx, actor, { email, role }, token);
      const { name } = await this.users.get(tx, actor.userId);
      const about = { inviter: name, organization: mine.organization.name, role, ttl: this.ttl };
      const link = this.links.to('accept-invitation', token);
      await this.mail.send(tx, { address: email }, invited, { ...about, link });
      await this.audit.record(tx, actor, invitationSent, { type: 'invitation', id: invitation.id });
      return toInvitationView(invitation);
    });
  }

  /** @throws {NotFound | Forbidden} */
  async revoke(actor: Actor, { id, invitationId }: InvitationPath): Promise<void> {
    await this.transactions.run(async (tx) => {
      const mine = await shareOwn(tx, actor, id);
      const invitations = scope(tx, actor).of(Invitation);
      const { role } = await invitations.get({ id: invitationId }, 'The invitation');
      if (!mayGrant(mine.role, role)) throw new Forbidden();
      // It may have been accepted meanwhile.
      if ((await invitations.delete({ id: invitationId })) === 0) throw new NotFound('The invitation');
      await this.audit.record(tx, actor, invitationRevoked, { type: 'invitation', id: invitationId });
    });
  }

  /** Of an address there is one at a time: constraint `invitations_organization_id_email_key` (ALREADY_INVITED). */
  private async replace(tx: Tx, actor: Actor, { email, role }: InviteMember, token: string): Promise<Invitation> {
    const invitations = scope(tx, actor).of(Invitation);
    await invitations.delete({ email });
    const createdAt = new Date();
    const times = { createdAt, expiresAt: this.ttl.after(createdAt) };
    const row = { id: uuidv7(), email, role, tokenHash: sha256(token), invitedBy: actor.userId, ...times };
    const [invitation] = await invitations.insert(row);
    return invitation;
  }
}
