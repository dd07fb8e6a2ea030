import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { AlertChannels, type Notice } from '../alerts/alert-channels.js';
import { alertsConfig, type AlertsConfig } from '../alerts/alerts.config.js';
import { application, environmentConfig, type EnvironmentConfig } from '../config/environment.config.js';
import { defineMail } from './define-message.js';
import { html } from './html.js';
import { Mail } from './mail.service.js';
import { MailDelivery } from './mail-delivery.js';
import { compose } from './outgoing-mail.js';

const alerted = defineMail('alerts.raised', ({ title, text, severity, from }: Notice & { from: string }) => ({
  subject: `[${from}] ${severity}: ${title}`,
  html: html`<pre>${text}</pre>`,
  text,
}));

/** Alerts by mail. They leave at once and are tried once: what is wrong may be the database, or what does the jobs. */
@Injectable()
export class OperatorMails implements OnModuleInit {
  constructor(
    @Inject(alertsConfig.KEY) private readonly config: AlertsConfig,
    @Inject(environmentConfig.KEY) private readonly environment: EnvironmentConfig,
    private readonly channels: AlertChannels,
    private readonly mail: Mail,
    private readonly delivery: MailDelivery,
  ) {}

  onModuleInit(): void {
    const { email = '' } = this.config;
    this.channels.register('mail', email !== '' && this.mail.enabled, () => (notice, signal) => {
      const from = `${application.name} ${this.environment.name}`;
      const mail = compose(uuidv7(), email, alerted.name, alerted.write({ ...notice, from }));
      return this.delivery.hand(mail, signal);
    });
  }
}
