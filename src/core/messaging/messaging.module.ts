import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { httpConfig } from '../http/http.config.js';
import { Retention } from '../retention/retention.js';
import { AppLinks } from './app-links.js';
import { Inbox } from './inbox.js';
import { InboxRoutes } from './inbox-routes.js';
import { Mail } from './mail.service.js';
import { MailDelivery } from './mail-delivery.js';
import { MessagesToPeople } from './messages.personal-data.js';
import { OperatorMails } from './operator-mails.js';
import { OutgoingMessage } from './outgoing-message.entity.js';
import { OutgoingMessages } from './outgoing-messages.js';
import { smsConfig } from './sms.config.js';
import { SmsDelivery } from './sms-delivery.js';
import { Sms } from './sms.service.js';
import { smtpConfig } from './smtp.config.js';
import { SmtpTransport } from './smtp-transport.js';
import { Twilio } from './twilio.js';

@Global()
@Module({
  imports: [
    ConfigModule.forFeature(httpConfig),
    ConfigModule.forFeature(smtpConfig),
    ConfigModule.forFeature(smsConfig),
    TypeOrmModule.forFeature([OutgoingMessage]),
  ],
  providers: [
    AppLinks,
    Inbox,
    InboxRoutes,
    Mail,
    MailDelivery,
    MessagesToPeople,
    OperatorMails,
    OutgoingMessages,
    Sms,
    SmsDelivery,
    SmtpTransport,
    Twilio,
  ],
  exports: [AppLinks, Inbox, Mail, Sms],
})
export class MessagingModule {
  constructor(retention: Retention) {
    retention.expire('outgoing_messages');
  }
}
