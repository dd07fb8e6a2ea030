import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Outbound } from '../outbound/outbound.js';
import type { Upstream } from '../outbound/upstream.js';
import { MessageRefused } from './outgoing-messages.js';
import { smsConfig, type SmsConfig } from './sms.config.js';

/** One text message to one number. */
export interface OutgoingSms {
  readonly id: string;
  readonly template: string;
  readonly to: string;
  readonly text: string;
}

/** Sends text messages by Twilio's HTTP API (twilio.com/docs/messaging/api). All that knows Twilio is here. */
@Injectable()
export class Twilio implements OnModuleInit {
  private upstream: Upstream;

  constructor(
    @Inject(smsConfig.KEY) private readonly config: SmsConfig,
    private readonly outbound: Outbound,
  ) {}

  onModuleInit(): void {
    const { enabled, apiUrl, accountSid, authToken } = this.config;
    const credentials = Buffer.from(`${accountSid}:${authToken}`).toString('base64');
    const headers = enabled ? { authorization: `Basic ${credentials}` } : undefined;
    this.upstream = this.outbound.upstream('twilio', { url: apiUrl, enabled, headers });
  }

  /**
   * Twilio knows no idempotency key: when its answer is lost, the next attempt is a second message.
   * @throws {MessageRefused} if Twilio does not take this number or this text
   * @throws if it may take it later: it is away or busy, or does not take our credentials
   */
  async send({ to, text }: OutgoingSms): Promise<void> {
    const answer = await this.upstream.request({
      method: 'POST',
      path: '/2010-04-01/Accounts/:accountSid/Messages.json',
      params: { accountSid: this.config.accountSid ?? '' },
      body: new URLSearchParams({ To: to, From: this.config.from ?? '', Body: text }),
    });
    if (answer.ok) return;
    const said = `Twilio said ${answer.status}.`;
    throw answer.status === 400 ? new MessageRefused(said) : new Error(said);
  }
}
