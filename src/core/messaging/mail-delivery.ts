import { Inject, Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { PinoLogger } from 'nestjs-pino';
import { defineJob } from '../jobs/define-job.js';
import { type Handles, JobHandler, type Run } from '../jobs/job-handler.decorator.js';
import { Metrics } from '../metrics/metrics.js';
import { SideEffects } from '../side-effects/side-effects.js';
import type { Sink } from '../side-effects/sink.js';
import { Inbox } from './inbox.js';
import type { OutgoingMail } from './outgoing-mail.js';
import { OutgoingMessages } from './outgoing-messages.js';
import { smtpConfig, type SmtpConfig } from './smtp.config.js';
import { MailRefused, SmtpTransport } from './smtp-transport.js';

export class DeliverMail {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;
}

/** Tried for as long as a mail is kept: after two seconds, then less and less often, in the end once an hour. */
export const deliverMail = defineJob('mail.deliver', DeliverMail, { retries: 80, backoffSeconds: 2 });

/** Hands what is to be sent to the mail server or, where there is none in development, to the inbox. */
@Injectable()
@JobHandler(deliverMail)
export class MailDelivery implements Handles<DeliverMail> {
  private readonly sink: Sink;
  private readonly delivered;

  constructor(
    @Inject(smtpConfig.KEY) private readonly config: SmtpConfig,
    private readonly outgoing: OutgoingMessages,
    private readonly smtp: SmtpTransport,
    private readonly inbox: Inbox,
    private readonly logger: PinoLogger,
    sideEffects: SideEffects,
    metrics: Metrics,
  ) {
    logger.setContext(MailDelivery.name);
    this.sink = sideEffects.sink('smtp', { enabled: config.enabled });
    this.delivered = metrics.counter('mails_total', 'Mails by what became of them', ['template', 'outcome']);
  }

  async handle({ id }: DeliverMail, { signal }: Run): Promise<void> {
    const mail = await this.outgoing.open<OutgoingMail>(id);
    if (mail === undefined) return;
    const outcome = await this.deliver(mail, signal);
    this.delivered.inc({ template: mail.template, outcome });
    await this.outgoing.forget(id);
  }

  private async deliver(mail: OutgoingMail, signal: AbortSignal): Promise<'sent' | 'refused' | 'caught'> {
    if (!this.config.enabled) {
      this.inbox.catch(mail);
      return 'caught';
    }
    return this.sink.observe(async () => {
      try {
        await this.smtp.deliver(mail, signal);
        return 'sent';
      } catch (thrown) {
        if (!(thrown instanceof MailRefused)) throw thrown;
        // The server works: it is this mail that it does not take.
        this.logger.warn({ mailId: mail.id, template: mail.template, reason: thrown.message }, 'mail refused');
        return 'refused';
      }
    });
  }
}
