import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ExpiredRows } from '../database/expired-rows.js';
import { Inbox } from './inbox.js';
import { InboxRoutes } from './inbox-routes.js';
import { Mail } from './mail.service.js';
import { MailDelivery } from './mail-delivery.js';
import { OutgoingMessage } from './outgoing-message.entity.js';
import { OutgoingMessages } from './outgoing-messages.js';
import { smtpConfig } from './smtp.config.js';
import { SmtpTransport } from './smtp-transport.js';

@Global()
@Module({
  imports: [ConfigModule.forFeature(smtpConfig), TypeOrmModule.forFeature([OutgoingMessage])],
  providers: [Inbox, InboxRoutes, Mail, MailDelivery, OutgoingMessages, SmtpTransport],
  exports: [Inbox, Mail],
})
export class MessagingModule {
  constructor(expired: ExpiredRows) {
    expired.sweep('outgoing_messages');
  }
}
