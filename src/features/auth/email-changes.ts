import { Injectable } from '@nestjs/common';
import { hours } from '@nestjs/throttler';
import type { Actor } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import type { Tx } from '../../core/database/transactions.js';
import { Mail } from '../../core/messaging/mail.service.js';
import { RateLimits } from '../../core/throttling/rate-limits.js';
import { emailChanged } from './auth.audit.js';
import { emailChangedMail } from './auth.mails.js';
import { CurrentPassword } from './current-password.js';
import { EmailVerification } from './email-verification.service.js';

/** Also for what EMAIL_TAKEN tells: registering tells it more often. */
const LIMIT = { name: 'email-change', quota: 5, windowMs: hours(1) };

const CHANGE = `
  WITH before AS (SELECT id, email FROM users WHERE id = $1 FOR NO KEY UPDATE),
       after AS (
         UPDATE users u SET email = $2, updated_at = now() FROM before
          WHERE u.id = before.id AND u.email <> $2
         RETURNING before.email)
  SELECT email FROM after`;

/** Other e-mail addresses for people. That the new one is not verified, the database sees to. */
@Injectable()
export class EmailChanges {
  constructor(
    private readonly limits: RateLimits,
    private readonly current: CurrentPassword,
    private readonly verification: EmailVerification,
    private readonly mail: Mail,
    private readonly audit: Audit,
  ) {}

  /** @throws {RateLimited | InvalidCredentials} */
  async allow(actor: Actor, currentPassword: string): Promise<void> {
    await this.limits.demand(LIMIT, actor.userId);
    await this.current.demand(actor, currentPassword);
  }

  /** That the address is taken is decided by constraint `users_email_key` (EMAIL_TAKEN). */
  async change(tx: Tx, actor: Actor, email: string): Promise<void> {
    const [before] = await tx.query<{ email: string }[]>(CHANGE, [actor.userId, email]);
    if (before === undefined) return;
    await this.audit.record(tx, actor, emailChanged, { type: 'user', id: actor.userId });
    await this.mail.sendIfEnabled(tx, { address: before.email }, emailChangedMail, {});
    await this.verification.begin(tx, actor.userId);
  }
}
