import { randomUUID } from 'node:crypto';
import type { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { newEvent, PROVIDER, signed } from '../../../test/harness/signed-events.js';
import type { GivenRequests, KeptRows, Owner } from '../../../test/harness/valid-requests.js';

const DEAD = `
  INSERT INTO webhook_inbox (id, provider, event_id, type, payload, status, failures, error_code, next_attempt_at, expires_at)
  VALUES ($1::uuid, $2, $1::text, 'test.happened', '{}', 'dead', 10, 'INTERNAL', NULL, now() + interval '1 day')`;

/** Something given up: no route makes that. */
async function aboutDeadEvent(_: Owner, { databaseUrl }: TestApp) {
  const id = randomUUID();
  await sql(databaseUrl, DEAD, [id, PROVIDER]);
  return { params: { id } };
}

/** What a provider says is kept, also if nothing can be done with it yet. */
export const kept: KeptRows = { 'POST /webhooks/{provider}': ['webhook_inbox'] };

export const requests: GivenRequests = {
  'POST /webhooks/{provider}': () => {
    const event = newEvent();
    const headers = { 'content-type': 'application/json', ...signed(JSON.stringify(event)) };
    return { params: { provider: PROVIDER }, body: { ...event }, headers };
  },
  'GET /v1/admin/webhook-inbox/{id}': aboutDeadEvent,
  'POST /v1/admin/webhook-inbox/{id}/replay': aboutDeadEvent,
};
