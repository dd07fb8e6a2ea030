import { Inject, Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { defineJob } from '../jobs/define-job.js';
import { type Handles, JobHandler, type Run } from '../jobs/job-handler.decorator.js';
import { SideEffects } from '../side-effects/side-effects.js';
import type { Sink } from '../side-effects/sink.js';
import { Inbox } from './inbox.js';
import type { OutgoingMail } from './outgoing-mail.js';
import { OutgoingMessages } from './outgoing-messages.js';
import { smtpConfig, type SmtpConfig } from './smtp.config.js';
import { SmtpTransport } from './smtp-transport.js';

export class DeliverMail {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;
}

/** Tried for as long as mails are kept: after a second, then less and less often, in the end once an hour. */
export const deliverMail = defineJob('mail.deliver', DeliverMail, { retries: 80, backoffSeconds: 1 });

/** Hands mails to the mail server or, where there is none in development, to the inbox. */
@Injectable()
@JobHandler(deliverMail)
export class MailDelivery implements Handles<DeliverMail> {
  private readonly sink: Sink;

  constructor(
    @Inject(smtpConfig.KEY) private readonly config: SmtpConfig,
    private readonly outgoing: OutgoingMessages,
    private readonly smtp: SmtpTransport,
    private readonly inbox: Inbox,
    sideEffects: SideEffects,
  ) {
    this.sink = sideEffects.sink('smtp', { enabled: config.enabled });
  }

  async handle({ id }: DeliverMail, { signal }: Run): Promise<void> {
    await this.outgoing.deliver<OutgoingMail>(this.sink, id, (mail) => this.hand(mail, signal));
  }

  /** Once. @throws what `SmtpTransport.send` throws */
  async hand(mail: OutgoingMail, signal: AbortSignal): Promise<void> {
    if (this.config.enabled) await this.smtp.send(mail, signal);
    else this.inbox.catch(mail);
  }
}
