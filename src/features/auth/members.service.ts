import { Injectable } from '@nestjs/common';
import { DataSource, In, Not } from 'typeorm';
import { Forbidden } from '../../core/access/access.errors.js';
import type { Actor } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { LastOwner } from '../../core/identity/identity.errors.js';
import { Membership } from '../../core/identity/membership.entity.js';
import { User } from '../../core/identity/user.entity.js';
import { UsersService } from '../../core/identity/users.service.js';
import type { PageQuery } from '../../core/pagination/page.dto.js';
import { Pages } from '../../core/pagination/pages.js';
import { membershipEnded, roleChanged } from './auth.audit.js';
import { type ChangeRole, type MemberPage, type MemberPath, type MemberView, toMemberView } from './member.dto.js';
import { demandOwn, holdOwn } from './own-organization.js';
import { mayChange, mayGrant } from './role-rules.js';

/** Who belongs to an organization, and as what. */
@Injectable()
export class MembersService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly pages: Pages,
    private readonly users: UsersService,
    private readonly audit: Audit,
  ) {}

  /** In two statements, as the list of organizations. @throws {NotFound} */
  async list(actor: Actor, organizationId: string, request: PageQuery): Promise<MemberPage> {
    demandOwn(actor, organizationId);
    const { manager } = this.dataSource;
    const members = manager
      .createQueryBuilder(Membership, 'membership')
      .where('membership.organizationId = :organizationId', { organizationId });
    const { data, page } = await this.pages.read('members', 'userId', members, request);
    const users = await manager.findBy(User, { id: In(data.map(({ userId }) => userId)) });
    const byId = new Map(users.map((user) => [user.id, user]));
    const views = data.flatMap((membership) => {
      const user = byId.get(membership.userId);
      return user ? [toMemberView(membership, user)] : [];
    });
    return { data: views, page };
  }

  /** @throws {NotFound | Forbidden | LastOwner} */
  change(actor: Actor, { id, userId }: MemberPath, { role }: ChangeRole): Promise<MemberView> {
    return this.transactions.run(async (tx) => {
      const mine = await holdOwn(tx, actor, id);
      const member = await this.get(tx, id, userId);
      if (!mayChange(mine.role, member.role, role)) throw new Forbidden();
      if (member.role !== role) await this.become(tx, actor, member, role);
      return toMemberView({ ...member, role }, member.user);
    });
  }

  /**
   * Ends a membership, one's own or somebody else's, and with it their API keys there.
   * @throws {NotFound | Forbidden | LastOwner}
   */
  async remove(actor: Actor, { id, userId }: MemberPath): Promise<void> {
    await this.transactions.run(async (tx) => {
      const mine = await holdOwn(tx, actor, id);
      const member = await this.get(tx, id, userId);
      if (member.userId !== actor.userId && !mayGrant(mine.role, member.role)) throw new Forbidden();
      await this.demandAnotherOwner(tx, member);
      await tx.delete(Membership, { organizationId: id, userId });
      await this.users.rehome(tx, [userId]);
      await this.audit.record(tx, actor, membershipEnded, { type: 'user', id: userId });
    });
  }

  private async become(tx: Tx, actor: Actor, member: Membership, role: ChangeRole['role']): Promise<void> {
    const { organizationId, userId } = member;
    await this.demandAnotherOwner(tx, member);
    await tx.update(Membership, { organizationId, userId }, { role });
    await this.audit.record(tx, actor, roleChanged, { type: 'user', id: userId });
  }

  private async get(tx: Tx, organizationId: string, userId: string): Promise<Membership> {
    const member = await tx.findOne(Membership, { where: { organizationId, userId }, relations: { user: true } });
    if (member === null) throw new NotFound('The member');
    return member;
  }

  /** To be asked while the organization is held. */
  private async demandAnotherOwner(tx: Tx, { organizationId, userId, role }: Membership): Promise<void> {
    if (role !== 'owner') return;
    const another = await tx.existsBy(Membership, { organizationId, role, userId: Not(userId) });
    if (!another) throw new LastOwner();
  }
}
