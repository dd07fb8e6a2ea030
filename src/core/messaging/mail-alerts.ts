import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { AlertChannels, type Notice, type Send } from '../alerts/alert-channels.js';
import { alertsConfig, type AlertsConfig } from '../alerts/alerts.config.js';
import { defineMail } from './define-message.js';
import { html } from './html.js';
import { Inbox } from './inbox.js';
import { compose } from './outgoing-mail.js';
import { smtpConfig, type SmtpConfig } from './smtp.config.js';
import { SmtpTransport } from './smtp-transport.js';

const alerted = defineMail('operators.alerted', ({ title, text, severity }: Notice) => ({
  subject: `${severity}: ${title}`,
  html: html`<p>${title}</p>
    <p>${text}</p>`,
}));

/** Alerts by mail, at once and not from a job: what is wrong may be the database that jobs are kept in. */
@Injectable()
export class MailAlerts implements OnModuleInit {
  constructor(
    @Inject(alertsConfig.KEY) private readonly alerts: AlertsConfig,
    @Inject(smtpConfig.KEY) private readonly config: SmtpConfig,
    private readonly channels: AlertChannels,
    private readonly smtp: SmtpTransport,
    private readonly inbox: Inbox,
  ) {}

  onModuleInit(): void {
    const { email } = this.alerts;
    const leaves = this.config.enabled || this.config.inboxEnabled;
    this.channels.register('mail', email !== undefined && leaves, () => this.sendTo(email ?? ''));
  }

  private sendTo(address: string): Send {
    return async (notice, signal) => {
      const mail = compose(uuidv7(), address, alerted.name, alerted.write(notice));
      if (this.config.enabled) await this.smtp.send(mail, signal);
      else this.inbox.catch(mail);
    };
  }
}
