import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../access/actor.js';
import { NotFound } from '../errors/core.errors.js';
import { type Tx, Transactions } from '../database/transactions.js';
import { Pages } from '../pagination/pages.js';
import { type AdminUserPage, type AdminUsersQuery, type AdminUserView, toAdminUserView } from './admin-user.dto.js';
import { OwnSuspension } from './identity.errors.js';
import { User } from './user.entity.js';
import { UsersService } from './users.service.js';

const SUSPEND = `
  WITH suspended AS (
    UPDATE users SET suspended_at = coalesce(suspended_at, now()) WHERE id = $1 AND erased_at IS NULL RETURNING id)
  SELECT id FROM suspended`;
const REINSTATE = `
  WITH reinstated AS (
    UPDATE users SET suspended_at = NULL WHERE id = $1 AND erased_at IS NULL RETURNING id)
  SELECT id FROM reinstated`;

/** Everybody, for whoever runs the platform. */
@Injectable()
export class AdminUsers {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly pages: Pages,
    private readonly users: UsersService,
  ) {}

  async list(request: AdminUsersQuery): Promise<AdminUserPage> {
    const all = this.dataSource.manager.createQueryBuilder(User, 'user');
    const { email } = request;
    const query = email === undefined ? all : all.where('starts_with(user.email, :email)', { email });
    const { data, page } = await this.pages.read('admin users', { desc: ['id'] }, query, request);
    return { data: data.map(toAdminUserView), page };
  }

  /** @throws {NotFound} */
  async get(id: string): Promise<AdminUserView> {
    return toAdminUserView(await this.users.get(this.dataSource.manager, id));
  }

  /**
   * Keeps somebody out, on every instance within a second, until they are reinstated. What is theirs stays.
   * @throws {OwnSuspension} to whoever would lock out themselves
   * @throws {NotFound} also if they have been erased
   */
  suspend(actor: Actor, id: string): Promise<AdminUserView> {
    if (actor.userId === id.toLowerCase()) throw new OwnSuspension();
    return this.transactions.run((tx) => this.change(tx, SUSPEND, id));
  }

  /** Lets somebody in again, also with the sessions that they had. @throws {NotFound} also if they have been erased */
  reinstate(id: string): Promise<AdminUserView> {
    return this.transactions.run((tx) => this.change(tx, REINSTATE, id));
  }

  private async change(tx: Tx, statement: string, id: string): Promise<AdminUserView> {
    const changed = await tx.query<object[]>(statement, [id]);
    if (changed.length === 0) throw new NotFound('The user');
    return toAdminUserView(await this.users.get(tx, id));
  }
}
