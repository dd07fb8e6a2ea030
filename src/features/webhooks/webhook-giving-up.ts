import { Injectable } from '@nestjs/common';
import { Audit } from '../../core/audit/audit.service.js';
import type { Tx } from '../../core/database/transactions.js';
import { Events } from '../../core/events/events.service.js';
import { Notifications } from '../../core/notifications/notifications.service.js';
import { webhookEndpointGivenUp } from './webhook-endpoint.audit.js';
import type { DisabledReason } from './webhook-endpoint.entity.js';
import { webhookEndpointDisabled } from './webhook-endpoint.events.js';
import type { TakenDelivery } from './webhook-queue.js';
import { DISABLE } from './webhook-statements.js';

type Cause = Exclude<DisabledReason, 'manual'>;

const WHY: Record<Cause, string> = {
  gone: 'its receiver answered 410 (Gone)',
  failing: 'nothing has arrived there for five days',
};

/** Some, if there are many: an organization hears of it from any of them. */
const LOOK_AFTER_IT = `
  SELECT user_id AS "userId" FROM memberships WHERE organization_id = $1 AND role IN ('owner', 'admin')
   ORDER BY role DESC, created_at LIMIT 20`;

/** Stops delivering to endpoints that have no receiver any more, and tells those who look after them. */
@Injectable()
export class WebhookGivingUp {
  constructor(
    private readonly notifications: Notifications,
    private readonly events: Events,
    private readonly audit: Audit,
  ) {}

  /** Once: of one that is disabled already nobody hears again. */
  async disable(tx: Tx, { endpointId, organizationId, url }: TakenDelivery, reason: Cause): Promise<void> {
    const disabled = await tx.query<object[]>(DISABLE, [endpointId, organizationId, reason]);
    if (disabled.length === 0) return;
    const target = { type: 'webhook-endpoint', id: endpointId };
    await this.audit.record(tx, { organizationId, userId: null }, webhookEndpointGivenUp, target);
    await this.events.publish(tx, { organizationId }, webhookEndpointDisabled, { id: endpointId, reason });
    const { host } = new URL(url);
    const title = `Webhooks to ${host} are switched off`;
    const text = `No more webhooks are sent to ${host}, because ${WHY[reason]}. What was not delivered waits: enable the endpoint again when its receiver works.`;
    for (const { userId } of await tx.query<{ userId: string }[]>(LOOK_AFTER_IT, [organizationId])) {
      await this.notifications.notify(
        tx,
        { userId, organizationId },
        { kind: webhookEndpointDisabled.name, title, text },
      );
    }
  }
}
