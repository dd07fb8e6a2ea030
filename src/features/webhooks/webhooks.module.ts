import { Module } from '@nestjs/common';
import { InboundModule } from './inbound.module.js';
import { OutboundModule } from './outbound.module.js';

/** Events from providers, and to whoever has subscribed. */
@Module({ imports: [InboundModule, OutboundModule] })
export class WebhooksModule {}
