import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Tx } from '../database/transactions.js';
import { FeatureDisabled } from '../errors/core.errors.js';
import { UsersService } from '../identity/users.service.js';
import { Jobs } from '../jobs/jobs.service.js';
import { days } from '../time/duration.js';
import type { Letter, Template } from './define-message.js';
import { deliverMail } from './mail-delivery.js';
import { compose } from './outgoing-mail.js';
import { OutgoingMessages } from './outgoing-messages.js';
import { smtpConfig, type SmtpConfig } from './smtp.config.js';

const VALID_FOR = days(3);

/** Whom it is for: somebody with an account, such as the actor, or an address, such as that of somebody invited. */
export type Recipient = { readonly userId: string } | { readonly address: string };

/** Mails, sent if and only if the transaction that wants it commits. */
@Injectable()
export class Mail {
  constructor(
    @Inject(smtpConfig.KEY) private readonly config: SmtpConfig,
    private readonly users: UsersService,
    private readonly outgoing: OutgoingMessages,
    private readonly jobs: Jobs,
  ) {}

  /** Whether mails go anywhere here, be it to the inbox of development. */
  get enabled(): boolean {
    return this.config.enabled || this.config.inboxEnabled;
  }

  /**
   * Writes a mail, to leave after the commit. It is tried again while the mail server is away, and may come twice if the
   * process dies at the wrong moment. Nobody's preferences are asked: what people may do without is a notification.
   * @throws {FeatureDisabled} if SMTP is switched off and there is no inbox
   * @throws {NotFound} if there is no such user
   * @throws {ValidationFailed} if the address is none
   */
  async send<T extends object>(tx: Tx, to: Recipient, template: Template<T, Letter>, about: NoInfer<T>): Promise<void> {
    this.demandEnabled();
    await this.write(tx, to, template, about);
  }

  /** For who writes the mail later, or perhaps none, and says so all the same. @throws {FeatureDisabled} */
  demandEnabled(): void {
    if (!this.enabled) throw new FeatureDisabled('smtp');
  }

  /** The same for what people can do without: where no mail goes anywhere, none is written. */
  async sendIfEnabled<T extends object>(
    tx: Tx,
    to: Recipient,
    template: Template<T, Letter>,
    about: NoInfer<T>,
  ): Promise<void> {
    if (this.enabled) await this.write(tx, to, template, about);
  }

  private async write<T extends object>(tx: Tx, to: Recipient, template: Template<T, Letter>, about: T): Promise<void> {
    const userId = 'userId' in to ? to.userId : null;
    const address = 'userId' in to ? (await this.users.get(tx, to.userId)).email : to.address;
    const letter = template.write(about);
    const mail = compose(uuidv7(), address, template.name, letter);
    await this.outgoing.keep(tx, mail, { userId, validFor: letter.validFor ?? VALID_FOR });
    await this.jobs.enqueue(tx, deliverMail, { id: mail.id });
  }
}
