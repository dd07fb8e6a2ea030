import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull } from 'typeorm';
import { Forbidden } from '../../core/access/access.errors.js';
import { type Actor, hasRole } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { Events } from '../../core/events/events.service.js';
import { organizationClosed } from '../../core/identity/identity.events.js';
import { Membership } from '../../core/identity/membership.entity.js';
import { Organization } from '../../core/identity/organization.entity.js';
import { UsersService } from '../../core/identity/users.service.js';
import type { PageQuery } from '../../core/pagination/page.dto.js';
import { Pages } from '../../core/pagination/pages.js';
import { organizationCreated, organizationEnded, organizationRenamed } from './auth.audit.js';
import type { NameOrganization, OrganizationPage, OrganizationView } from './organization.dto.js';
import { toOrganizationView } from './organization.dto.js';
import { demandOwn, holdOwn } from './own-organization.js';

/** What is left of a name that may be a person's. */
const CLOSED = 'Closed organization';

const END_MEMBERSHIPS = `
  WITH ended AS (DELETE FROM memberships WHERE organization_id = $1 RETURNING user_id)
  SELECT user_id AS id FROM ended`;

/** Organizations: everybody has one of their own, makes more of them, and closes those that they own. */
@Injectable()
export class OrganizationsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly pages: Pages,
    private readonly users: UsersService,
    private readonly audit: Audit,
    private readonly events: Events,
  ) {}

  /** In two statements: a join would be merged from the first organization on, and cost more with every page. */
  async list({ userId }: Actor, request: PageQuery): Promise<OrganizationPage> {
    const { manager } = this.dataSource;
    const mine = manager.createQueryBuilder(Membership, 'membership').where('membership.userId = :userId', { userId });
    const { data, page } = await this.pages.read('organizations', 'organizationId', mine, request);
    const organizations = await manager.findBy(Organization, { id: In(data.map((at) => at.organizationId)) });
    const byId = new Map(organizations.map((organization) => [organization.id, organization]));
    const views = data.flatMap((membership) => {
      const organization = byId.get(membership.organizationId);
      return organization ? [toOrganizationView({ ...membership, organization })] : [];
    });
    return { data: views, page };
  }

  /** @throws {NotFound} */
  async read(actor: Actor, id: string): Promise<OrganizationView> {
    demandOwn(actor, id);
    return this.view(this.dataSource.manager, actor);
  }

  /** Whoever makes one owns it, and works on where they are until they switch. */
  create(actor: Actor, { name }: NameOrganization): Promise<OrganizationView> {
    return this.transactions.run(async (tx) => {
      const organization = await this.users.found(tx, actor.userId, name);
      const { id } = organization;
      await this.audit.record(tx, { ...actor, organizationId: id }, organizationCreated, { type: 'organization', id });
      return toOrganizationView({ organization, role: 'owner' });
    });
  }

  /** @throws {NotFound} */
  rename(actor: Actor, id: string, { name }: NameOrganization): Promise<OrganizationView> {
    demandOwn(actor, id);
    return this.transactions.run(async (tx) => {
      await tx.update(Organization, { id, closedAt: IsNull() }, { name });
      await this.audit.record(tx, actor, organizationRenamed, { type: 'organization', id });
      return this.view(tx, actor);
    });
  }

  /**
   * Ends it for everybody: memberships and with them API keys, and what was open of invitations. Its row stays, without
   * its name, for what has to be kept. Whoever has no other organization gets a new personal one.
   * @throws {NotFound | Forbidden}
   */
  async close(actor: Actor, id: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      const mine = await holdOwn(tx, actor, id);
      if (!hasRole(mine, 'owner')) throw new Forbidden();
      // Before the memberships: whoever is accepting one is waited for, and is a member then.
      await tx.query('DELETE FROM invitations WHERE organization_id = $1', [id]);
      const ended = await tx.query<{ id: string }[]>(END_MEMBERSHIPS, [id]);
      await tx.update(Organization, { id }, { name: CLOSED, closedAt: () => 'now()' });
      const userIds = ended.map((member) => member.id);
      await this.users.rehome(tx, userIds);
      await this.events.publish(tx, actor, organizationClosed, { organizationId: actor.organizationId });
      await this.audit.record(tx, actor, organizationEnded, { type: 'organization', id });
    });
  }

  private async view(tx: Tx, { organizationId, role }: Actor): Promise<OrganizationView> {
    const organization = await tx.findOneBy(Organization, { id: organizationId, closedAt: IsNull() });
    if (organization === null) throw new NotFound('The organization');
    return toOrganizationView({ organization, role });
  }
}
