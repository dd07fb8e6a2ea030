import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PersonalData } from '../../core/privacy/personal-data.js';
import { Retention } from '../../core/retention/retention.js';
import { AdminInboxController } from './admin-inbox.controller.js';
import { AdminInbox } from './admin-inbox.service.js';
import { inboundConfig } from './inbound.config.js';
import { InboundController } from './inbound.controller.js';
import { Inbound } from './inbound.service.js';
import { InboxEvent } from './inbox-event.entity.js';
import { InboxFailures } from './inbox-failures.js';
import { InboxMetrics } from './inbox.metrics.js';
import { Inbox } from './inbox.service.js';
import { InboxStore } from './inbox-store.js';
import { InboxSweep } from './inbox-sweep.js';

/** Events that come from providers. */
@Module({
  imports: [ConfigModule.forFeature(inboundConfig), TypeOrmModule.forFeature([InboxEvent])],
  controllers: [InboundController, AdminInboxController],
  providers: [Inbound, Inbox, InboxStore, InboxFailures, InboxMetrics, InboxSweep, AdminInbox],
})
export class InboundModule {
  constructor(retention: Retention, personalData: PersonalData) {
    retention.expire('webhook_inbox');
    // Whose event it is, only the provider's own ids say: what names somebody is replaced until it is processed.
    personalData.declare({ table: 'webhook_inbox', whose: 'false', tells: [], mentions: { payload: 'json' } });
  }
}
