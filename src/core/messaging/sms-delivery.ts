import { Inject, Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { defineJob } from '../jobs/define-job.js';
import { type Handles, JobHandler } from '../jobs/job-handler.decorator.js';
import { SideEffects } from '../side-effects/side-effects.js';
import type { Sink } from '../side-effects/sink.js';
import { OutgoingMessages } from './outgoing-messages.js';
import { smsConfig, type SmsConfig } from './sms.config.js';
import { type OutgoingSms, Twilio } from './twilio.js';

export class DeliverSms {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;
}

/** Tried for an hour, after a second first: who waits for a code has asked for another one by then. */
export const deliverSms = defineJob('sms.deliver', DeliverSms, { retries: 12, backoffSeconds: 1 });

/** Hands text messages to Twilio. */
@Injectable()
@JobHandler(deliverSms)
export class SmsDelivery implements Handles<DeliverSms> {
  private readonly sink: Sink;

  constructor(
    @Inject(smsConfig.KEY) { enabled }: SmsConfig,
    private readonly outgoing: OutgoingMessages,
    private readonly twilio: Twilio,
    sideEffects: SideEffects,
  ) {
    this.sink = sideEffects.sink('sms', { enabled });
  }

  async handle({ id }: DeliverSms): Promise<void> {
    await this.outgoing.deliver<OutgoingSms>(this.sink, id, (sms) => this.twilio.send(sms));
  }
}
