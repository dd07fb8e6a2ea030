import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { jobsConfig } from '../../core/jobs/jobs.config.js';
import { PersonalData } from '../../core/privacy/personal-data.js';
import { Retention } from '../../core/retention/retention.js';
import { outgoingWebhooksConfig } from './outgoing-webhooks.config.js';
import { WEBHOOKS_OF_PEOPLE } from './outgoing-webhooks.personal-data.js';
import { WebhookAttempt } from './webhook-attempt.entity.js';
import { WebhookAttempts } from './webhook-attempts.js';
import { WebhookCalls } from './webhook-calls.js';
import { WebhookDeliveriesController } from './webhook-deliveries.controller.js';
import { WebhookDeliveries } from './webhook-deliveries.service.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import { WebhookEndings } from './webhook-endings.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';
import { WebhookEndpointsController } from './webhook-endpoints.controller.js';
import { WebhookEndpoints } from './webhook-endpoints.service.js';
import { WebhookGivingUp } from './webhook-giving-up.js';
import { WebhookQueue } from './webhook-queue.js';
import { WebhookSecretCare } from './webhook-secret-care.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhooksOfClosedOrganizations, WebhookSubscriber } from './webhook-subscribers.js';
import { WebhookWorkers } from './webhook-workers.js';

/** Events to whoever has subscribed. */
@Module({
  imports: [
    ConfigModule.forFeature(outgoingWebhooksConfig),
    ConfigModule.forFeature(jobsConfig),
    TypeOrmModule.forFeature([WebhookEndpoint, WebhookDelivery, WebhookAttempt]),
  ],
  controllers: [WebhookEndpointsController, WebhookDeliveriesController],
  providers: [
    WebhookAttempts,
    WebhookCalls,
    WebhookDeliveries,
    WebhookEndings,
    WebhookEndpoints,
    WebhookGivingUp,
    WebhookQueue,
    WebhookSecretCare,
    WebhookSecrets,
    WebhookSubscriber,
    WebhookWorkers,
    WebhooksOfClosedOrganizations,
  ],
})
export class OutgoingWebhooksModule {
  constructor(retention: Retention, personalData: PersonalData) {
    // Their attempts go with them.
    retention.expire('webhook_deliveries');
    personalData.declare(...WEBHOOKS_OF_PEOPLE);
  }
}
