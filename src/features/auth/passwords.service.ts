import { Injectable } from '@nestjs/common';
import type { Actor } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { UsersService } from '../../core/identity/users.service.js';
import { Mail } from '../../core/messaging/mail.service.js';
import { passwordChanged, passwordReset } from './auth.audit.js';
import { InvalidCredentials } from './auth.errors.js';
import { passwordChangedMail } from './auth.mails.js';
import { Credential } from './credential.entity.js';
import { CurrentPassword } from './current-password.js';
import { EmailVerification } from './email-verification.service.js';
import type { OwnAddress } from './link.dto.js';
import { OneTimeTokens } from './one-time-tokens.js';
import type { ChangePassword, ResetPassword } from './password.dto.js';
import { PasswordHasher } from './password-hasher.js';
import { SessionsService } from './sessions.service.js';
import { toUserView, type UserView } from './user.dto.js';

/** New passwords. With the old one end the sessions that it opened. */
@Injectable()
export class PasswordsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly users: UsersService,
    private readonly hasher: PasswordHasher,
    private readonly current: CurrentPassword,
    private readonly tokens: OneTimeTokens,
    private readonly verification: EmailVerification,
    private readonly sessions: SessionsService,
    private readonly mail: Mail,
    private readonly audit: Audit,
  ) {}

  /**
   * Only the session that asks goes on.
   * @throws {InvalidCredentials} if the current password is another, or was changed meanwhile
   */
  async change(actor: Actor, { currentPassword, newPassword }: ChangePassword): Promise<UserView> {
    const { userId } = actor;
    const known = await this.current.demand(actor, currentPassword);
    const passwordHash = await this.hasher.hash(newPassword);
    return this.transactions.run(async (tx) => {
      const { affected } = await tx.update(Credential, { userId, passwordHash: known }, { passwordHash });
      if (!affected) throw new InvalidCredentials();
      await this.tokens.withdraw(tx, 'reset-password', userId);
      await this.audit.record(tx, actor, passwordChanged, { type: 'user', id: userId });
      await this.follow(tx, userId, actor.sessionId);
      return toUserView(await this.users.get(tx, userId));
    });
  }

  /**
   * By a link, which proves as well that its owner has the mailbox.
   * @throws {LinkInvalid}
   */
  async reset({ token, password }: ResetPassword): Promise<OwnAddress> {
    const passwordHash = await this.hasher.hash(password);
    return this.transactions.run(async (tx) => {
      const bearer = await this.tokens.redeem(tx, 'reset-password', token);
      const { userId, email } = bearer;
      await tx.upsert(Credential, { userId, passwordHash }, ['userId']);
      const doer = (await this.users.standingOf(tx, userId)) ?? { organizationId: null, userId };
      await this.audit.record(tx, doer, passwordReset, { type: 'user', id: userId });
      await this.verification.confirm(tx, bearer);
      await this.follow(tx, userId);
      return { email };
    });
  }

  /** After the hash is written: who signs in with the old one at this moment waits for it, and then ends or fails. */
  private async follow(tx: Tx, userId: string, but?: string): Promise<void> {
    await this.sessions.endAll(tx, userId, but);
    await this.mail.sendIfEnabled(tx, { userId }, passwordChangedMail, {});
  }
}
