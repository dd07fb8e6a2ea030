import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../../core/access/actor.js';
import { Transactions } from '../../core/database/transactions.js';
import { User } from '../../core/identity/user.entity.js';
import { UsersService } from '../../core/identity/users.service.js';
import { toUserView, type UpdateUser, type UserView } from './user.dto.js';

/** What somebody sees and changes of themselves. */
@Injectable()
export class AccountService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly users: UsersService,
  ) {}

  async read({ userId }: Actor): Promise<UserView> {
    return toUserView(await this.users.get(this.dataSource.manager, userId));
  }

  async update({ userId }: Actor, { name }: UpdateUser): Promise<UserView> {
    return this.transactions.run(async (tx) => {
      await tx.update(User, { id: userId }, { name });
      return toUserView(await this.users.get(tx, userId));
    });
  }
}
