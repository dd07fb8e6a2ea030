import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { application, environmentConfig, type EnvironmentConfig } from '../config/environment.config.js';
import { Outbound } from '../outbound/outbound.js';
import { AlertChannels, type Notice, type Send } from './alert-channels.js';
import { alertsConfig, type AlertsConfig } from './alerts.config.js';

/** What both take at once, and a person reads. */
const LONGEST = 3_000;

/** Alerts to where teams talk: Slack and Telegram. Told twice does less harm than not at all. */
@Injectable()
export class HttpChannels implements OnModuleInit {
  constructor(
    @Inject(alertsConfig.KEY) private readonly config: AlertsConfig,
    @Inject(environmentConfig.KEY) private readonly environment: EnvironmentConfig,
    private readonly channels: AlertChannels,
    private readonly outbound: Outbound,
  ) {}

  onModuleInit(): void {
    this.channels.register('slack', this.config.slackEnabled, () => this.slack());
    this.channels.register('telegram', this.config.telegramEnabled, () => this.telegram());
  }

  /** @see https://api.slack.com/messaging/webhooks */
  private slack(): Send {
    const slack = this.outbound.upstream('slack', { url: this.config.slackWebhookUrl });
    return async (notice, signal) => {
      const body = { text: escape(this.textOf(notice)) };
      const answer = await slack.request({ method: 'POST', path: '', body, idempotent: true, signal });
      answer.demandOk();
    };
  }

  /** @see https://core.telegram.org/bots/api#sendmessage */
  private telegram(): Send {
    const { telegramUrl, telegramToken, telegramChat } = this.config;
    const telegram = this.outbound.upstream('telegram', { url: `${telegramUrl}/bot${telegramToken}` });
    return async (notice, signal) => {
      const body = { chat_id: telegramChat, text: this.textOf(notice) };
      const answer = await telegram.request({ method: 'POST', path: '/sendMessage', body, idempotent: true, signal });
      answer.demandOk();
    };
  }

  private textOf({ severity, title, text }: Notice): string {
    const from = `${application.name} ${this.environment.name}`;
    return `[${from}] ${severity}: ${title}\n${text}`.slice(0, LONGEST);
  }
}

/** Slack would read names and links into it. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
