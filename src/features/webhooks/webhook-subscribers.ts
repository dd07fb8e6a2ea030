import { Injectable } from '@nestjs/common';
import { afterCommit } from '../../core/database/after-commit.js';
import type { Tx } from '../../core/database/transactions.js';
import {
  EventSubscriber,
  type HearsEvents,
  PUBLIC_EVENTS,
  type Told,
} from '../../core/events/event-subscriber.decorator.js';
import { organizationClosed, type OrganizationFact } from '../../core/identity/identity.events.js';
import { EVENT_TOO_LARGE, webhookBody } from './webhook-body.js';
import { TELL } from './webhook-statements.js';
import { WebhookWorkers } from './webhook-workers.js';

/** Makes of each public event a delivery to each endpoint that wants to hear of it. */
@Injectable()
@EventSubscriber('webhooks', PUBLIC_EVENTS)
export class WebhookSubscriber implements HearsEvents<object> {
  constructor(private readonly workers: WebhookWorkers) {}

  async hear(tx: Tx, event: Told): Promise<void> {
    const body = webhookBody(event);
    await tx.query(TELL, [event.organizationId, event.name, event.id, body, EVENT_TOO_LARGE]);
    afterCommit(tx, () => this.workers.wake());
  }
}

/** Of what nobody belongs to any more nobody hears, and its secrets go. */
@Injectable()
@EventSubscriber('webhooks-of-closed-organizations', [organizationClosed])
export class WebhooksOfClosedOrganizations implements HearsEvents<OrganizationFact> {
  async hear(tx: Tx, { organizationId }: Told<OrganizationFact>): Promise<void> {
    await tx.query('DELETE FROM webhook_endpoints WHERE organization_id = $1', [organizationId]);
  }
}
