import { Module } from '@nestjs/common';
import { InboundModule } from './inbound.module.js';
import { OutgoingWebhooksModule } from './outgoing-webhooks.module.js';

/** Events from providers, and to whoever has subscribed. */
@Module({ imports: [InboundModule, OutgoingWebhooksModule] })
export class WebhooksModule {}
