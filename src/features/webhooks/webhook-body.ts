import type { Told } from '../../core/events/event-subscriber.decorator.js';

/** What somebody sends to see whether it arrives. It is no event: nobody subscribes to it. */
export const WEBHOOK_TEST = 'webhook.test';
/** Why a delivery was not even tried */
export const EVENT_TOO_LARGE = 'EVENT_TOO_LARGE';

/** As Standard Webhooks recommends. */
const MOST_BYTES = 20_000;

/** What is sent: JSON of the type, when it happened and what. @returns undefined if it is larger than 20,000 bytes */
export function webhookBody({ name, createdAt, payload }: Pick<Told, 'name' | 'createdAt' | 'payload'>) {
  const body = JSON.stringify({ type: name, timestamp: createdAt.toISOString(), data: payload });
  return Buffer.byteLength(body) > MOST_BYTES ? undefined : body;
}
