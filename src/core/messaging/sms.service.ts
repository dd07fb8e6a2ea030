import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Tx } from '../database/transactions.js';
import { FeatureDisabled } from '../errors/core.errors.js';
import { Jobs } from '../jobs/jobs.service.js';
import { hours } from '../time/duration.js';
import { onePhoneNumber } from './addresses.js';
import type { ShortText, Template } from './define-message.js';
import { OutgoingMessages } from './outgoing-messages.js';
import { deliverSms } from './sms-delivery.js';
import { smsConfig, type SmsConfig } from './sms.config.js';
import type { OutgoingSms } from './twilio.js';

const MOST_CHARACTERS = 1_600;
const VALID_FOR = hours(1);

/** A number such as +4915112345678 and, if it is known, whose it is: with them the message is erased. */
export interface SmsRecipient {
  readonly phone: string;
  readonly userId?: string;
}

/** Text messages, sent if and only if the transaction that wants it commits. */
@Injectable()
export class Sms {
  constructor(
    @Inject(smsConfig.KEY) private readonly config: SmsConfig,
    private readonly outgoing: OutgoingMessages,
    private readonly jobs: Jobs,
  ) {}

  /**
   * Writes a text message, to leave after the commit. It may come twice if an answer is lost.
   * @throws {FeatureDisabled} if SMS is switched off
   * @throws {ValidationFailed} if the number is none
   */
  async send<T extends object>(
    tx: Tx,
    { phone, userId = undefined }: SmsRecipient,
    { name, write }: Template<T, ShortText>,
    about: NoInfer<T>,
  ): Promise<void> {
    if (!this.config.enabled) throw new FeatureDisabled('sms');
    const { text, validFor = VALID_FOR } = write(about);
    if (text.length > MOST_CHARACTERS) throw new Error(`Message ${name} has more than ${MOST_CHARACTERS} characters.`);
    const sms: OutgoingSms = { id: uuidv7(), template: name, to: onePhoneNumber(phone), text };
    await this.outgoing.keep(tx, sms, { userId: userId ?? null, validFor });
    await this.jobs.enqueue(tx, deliverSms, { id: sms.id });
  }
}
