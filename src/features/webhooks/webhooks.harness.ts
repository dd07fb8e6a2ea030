import { type Actor } from '../../core/access/actor.js';
import { Transactions } from '../../core/database/transactions.js';
import { defineEvent } from '../../core/events/define-event.js';
import { Events } from '../../core/events/events.service.js';
import type { WebhookDeliveryPage, WebhookDeliveryView } from './webhook-delivery.dto.js';
import type { NewWebhookSecret } from './webhook-endpoint.dto.js';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import type { Environment } from '../../../test/harness/environment.js';

class Parcel {
  text: string;
}

/** What the tests tell the world of. */
export const parcelPosted = defineEvent('test-parcel.posted', Parcel, { public: true });
export const parcelWeighed = defineEvent('test-parcel.weighed', Parcel, { public: true });
export const parcelSecret = defineEvent('test-parcel.opened', Parcel, { public: false });

type Body<T> = T & Record<string, unknown>;

/** The application, which may send to receivers on loopback. */
export const startWebhooks = (env: Environment = {}, databaseUrl?: string): Promise<TestApp> =>
  TestApp.start({ env: { WEBHOOKS_ALLOW_LOOPBACK: 'true', WEBHOOKS_TIMEOUT_MS: '2000', ...env }, databaseUrl });

/** Lets something happen, once or more often. */
export async function tell(
  { app }: TestApp,
  actor: Actor,
  { event = parcelPosted, text = 'It is heavy', times = 1 } = {},
) {
  await app.get(Transactions).run(async (tx) => {
    for (let time = 0; time < times; time++) await app.get(Events).publish(tx, actor, event, { text });
  });
}

export async function endpointAt(api: ApiClient, url: string, more: object = {}): Promise<NewWebhookSecret> {
  const { status, body } = await api.post<Body<NewWebhookSecret>>('/v1/webhook-endpoints', { url, ...more });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body;
}

/** What was sent to an endpoint, oldest first. */
export async function deliveriesOf(api: ApiClient, id: string): Promise<WebhookDeliveryView[]> {
  const { body } = await api.get<Body<WebhookDeliveryPage>>(`/v1/webhook-endpoints/${id}/deliveries?limit=100`);
  return body.data.toReversed();
}

/** Lets the time pass until the next attempt at an endpoint. */
export async function passTime({ databaseUrl }: TestApp, endpointId: string): Promise<void> {
  await sql(
    databaseUrl,
    `UPDATE webhook_deliveries SET next_attempt_at = now()
      WHERE endpoint_id = $1 AND status = 'pending' AND leased_until IS NULL`,
    [endpointId],
  );
  await sql(databaseUrl, 'UPDATE webhook_endpoints SET due_at = now(), paused_until = NULL WHERE id = $1', [
    endpointId,
  ]);
}

/** Lets the time pass until what somebody works on is anybody's. */
export async function passLeases({ databaseUrl }: TestApp): Promise<void> {
  await sql(databaseUrl, 'UPDATE webhook_deliveries SET leased_until = now() WHERE leased_until IS NOT NULL');
  await sql(databaseUrl, 'UPDATE webhook_endpoints SET due_at = now()');
}
