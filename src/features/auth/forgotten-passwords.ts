import { Inject, Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transactions } from '../../core/database/transactions.js';
import { User } from '../../core/identity/user.entity.js';
import { defineJob } from '../../core/jobs/define-job.js';
import { type Handles, JobHandler } from '../../core/jobs/job-handler.decorator.js';
import { Jobs } from '../../core/jobs/jobs.service.js';
import { AppLinks } from '../../core/messaging/app-links.js';
import { Mail } from '../../core/messaging/mail.service.js';
import { minutes, seconds } from '../../core/time/duration.js';
import { resetMail } from './auth.mails.js';
import { NOBODY } from './auth.service.js';
import { type LinkSent, linkSent } from './link.dto.js';
import { oneTimeTokensConfig, type OneTimeTokensConfig } from './one-time-tokens.config.js';
import { OneTimeTokens } from './one-time-tokens.js';

class MailResetLink {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  userId: string;
}

const mailResetLink = defineJob('password.mail-reset-link', MailResetLink);

/** What the job does for somebody, and not for nobody, is no part of how long the answer takes. */
const LATER = seconds(1);

/** Links for those who have forgotten their password. */
@Injectable()
@JobHandler(mailResetLink)
export class ForgottenPasswords implements Handles<MailResetLink> {
  private readonly ttl;

  constructor(
    @Inject(oneTimeTokensConfig.KEY) config: OneTimeTokensConfig,
    private readonly transactions: Transactions,
    private readonly tokens: OneTimeTokens,
    private readonly links: AppLinks,
    private readonly mail: Mail,
    private readonly jobs: Jobs,
  ) {
    this.ttl = minutes(config.resetMinutes);
  }

  /**
   * The same work and the same answer, whether or not there is such an account: what differs is done by a job.
   * @throws {FeatureDisabled} where mails go nowhere
   */
  async ask(email: string): Promise<LinkSent> {
    this.mail.demandEnabled();
    await this.transactions.run(async (tx) => {
      const [user] = await tx.query<{ id: string }[]>('SELECT id FROM users WHERE email = $1', [email]);
      await this.jobs.enqueue(tx, mailResetLink, { userId: user?.id ?? NOBODY }, { startAfter: LATER.fromNow() });
    });
    return linkSent(this.ttl);
  }

  /** Done twice it mails two links, of which the second is valid. */
  async handle({ userId }: MailResetLink): Promise<void> {
    await this.transactions.run(async (tx) => {
      if (!(await tx.existsBy(User, { id: userId }))) return;
      const token = await this.tokens.issue(tx, 'reset-password', userId, this.ttl);
      const link = this.links.to('reset-password', token);
      await this.mail.sendIfEnabled(tx, { userId }, resetMail, { link, ttl: this.ttl });
    });
  }
}
