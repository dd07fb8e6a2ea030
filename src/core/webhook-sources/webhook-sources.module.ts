import { Global, Module } from '@nestjs/common';
import { WebhookSources } from './webhook-sources.js';

@Global()
@Module({ providers: [WebhookSources], exports: [WebhookSources] })
export class WebhookSourcesModule {}
