import { Inject, Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { Actor } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { User } from '../../core/identity/user.entity.js';
import { UsersService } from '../../core/identity/users.service.js';
import { AppLinks } from '../../core/messaging/app-links.js';
import { Mail } from '../../core/messaging/mail.service.js';
import { hours } from '../../core/time/duration.js';
import { emailVerified } from './auth.audit.js';
import { verificationMail } from './auth.mails.js';
import { type LinkSent, linkSent, type OwnAddress } from './link.dto.js';
import { oneTimeTokensConfig, type OneTimeTokensConfig } from './one-time-tokens.config.js';
import { type Bearer, OneTimeTokens } from './one-time-tokens.js';

/** Proves that an e-mail address is somebody's, by a link that is mailed there. */
@Injectable()
export class EmailVerification {
  private readonly ttl;

  constructor(
    @Inject(oneTimeTokensConfig.KEY) config: OneTimeTokensConfig,
    private readonly transactions: Transactions,
    private readonly users: UsersService,
    private readonly tokens: OneTimeTokens,
    private readonly links: AppLinks,
    private readonly mail: Mail,
    private readonly audit: Audit,
  ) {
    this.ttl = hours(config.verificationHours);
  }

  /** Mails a link to the address that somebody has now. Where mails go nowhere, none is written. */
  async begin(tx: Tx, userId: string): Promise<void> {
    if (!this.mail.enabled) return;
    const token = await this.tokens.issue(tx, 'verify-email', userId, this.ttl);
    const link = this.links.to('verify-email', token);
    await this.mail.sendIfEnabled(tx, { userId }, verificationMail, { link, ttl: this.ttl });
  }

  /**
   * The same for who asks for it, unless they need none.
   * @throws {FeatureDisabled} where mails go nowhere
   */
  async resend({ userId }: Actor): Promise<LinkSent> {
    this.mail.demandEnabled();
    await this.transactions.run(async (tx) => {
      const { emailVerifiedAt } = await this.users.get(tx, userId);
      if (emailVerifiedAt === null) await this.begin(tx, userId);
    });
    return linkSent(this.ttl);
  }

  /** @throws {LinkInvalid} */
  verify(token: string): Promise<OwnAddress> {
    return this.transactions.run(async (tx) => {
      const bearer = await this.tokens.redeem(tx, 'verify-email', token);
      await this.confirm(tx, bearer);
      return { email: bearer.email };
    });
  }

  /** Notes that somebody has the mailbox: they bring a token that was sent there. */
  async confirm(tx: Tx, { userId, email }: Bearer): Promise<void> {
    const unverified = { id: userId, email, emailVerifiedAt: IsNull() };
    const { affected } = await tx.update(User, unverified, { emailVerifiedAt: () => 'now()' });
    if (!affected) return;
    const doer = (await this.users.standingOf(tx, userId)) ?? { organizationId: null, userId };
    await this.audit.record(tx, doer, emailVerified, { type: 'user', id: userId });
  }
}
