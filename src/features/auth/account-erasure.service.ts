import { Injectable } from '@nestjs/common';
import type { Actor } from '../../core/access/actor.js';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { Erasure } from '../../core/privacy/erasure.service.js';
import { InvalidCredentials } from './auth.errors.js';
import { CurrentPassword } from './current-password.js';
import { ErasedAccount, type EraseAccount } from './erase-account.dto.js';

const SAME = 'SELECT FROM credentials WHERE user_id = $1 AND password_hash = $2 FOR UPDATE';

/** Lets people go, with all that is known of them. */
@Injectable()
export class AccountErasure {
  constructor(
    private readonly transactions: Transactions,
    private readonly currentPassword: CurrentPassword,
    private readonly erasure: Erasure,
  ) {}

  /**
   * Erases the account of the actor, for good.
   * @throws {InvalidCredentials} if the password is not theirs
   * @throws {LastOwner} if others would be left in an organization without an owner
   */
  async erase(actor: Actor, { password }: EraseAccount): Promise<ErasedAccount> {
    const { userId } = actor;
    const hash = await this.currentPassword.demand(actor, password);
    return this.transactions.run(async (tx) => {
      await this.demandSame(tx, userId, hash);
      await this.erasure.erase(tx, actor);
      return { id: userId, erased: true };
    });
  }

  /** A password that changed since it was looked at is not the one that was said. */
  private async demandSame(tx: Tx, userId: string, hash: string): Promise<void> {
    const rows = await tx.query<object[]>(SAME, [userId, hash]);
    if (rows.length === 0) throw new InvalidCredentials();
  }
}
