import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../../core/access/actor.js';
import { Transactions } from '../../core/database/transactions.js';
import { User } from '../../core/identity/user.entity.js';
import { UsersService } from '../../core/identity/users.service.js';
import { EmailChanges } from './email-changes.js';
import { toUserView, type UpdateUser, type UserView } from './user.dto.js';

/** What somebody sees and changes of themselves. */
@Injectable()
export class AccountService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly users: UsersService,
    private readonly emails: EmailChanges,
  ) {}

  async read({ userId }: Actor): Promise<UserView> {
    return toUserView(await this.users.get(this.dataSource.manager, userId));
  }

  /** @throws {EmailTaken | InvalidCredentials} */
  async update(actor: Actor, { name, email, currentPassword = '' }: UpdateUser): Promise<UserView> {
    const { userId } = actor;
    if (email !== undefined) await this.emails.allow(actor, currentPassword);
    return this.transactions.run(async (tx) => {
      if (name !== undefined) await tx.update(User, { id: userId }, { name });
      if (email !== undefined) await this.emails.change(tx, actor, email);
      return toUserView(await this.users.get(tx, userId));
    });
  }
}
