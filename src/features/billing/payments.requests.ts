import { randomUUID } from 'node:crypto';
import { sql } from '../../../test/harness/database.js';
import type { TestApp } from '../../../test/harness/app.js';
import type { GivenRequests, Owner } from '../../../test/harness/valid-requests.js';

const keyed = ({ api }: Owner) => api.with({ 'idempotency-key': randomUUID() });

/** Something of the owner's that is for sale. */
async function payable(owner: Owner) {
  const { body } = await keyed(owner).post('/v1/test/notes', { text: randomUUID() });
  return { kind: 'note', id: String(body.id) };
}

/** What somebody has bought of their own organization. */
async function paid({ actor }: Owner, test: TestApp): Promise<string> {
  const [row] = await sql<{ id: string }>(
    test.databaseUrl,
    `INSERT INTO payments (id, organization_id, user_id, seller_organization_id, payable_kind, payable_id, amount, currency,
                           description, status, provider, token_hash, sealed_token, charge_reference, paid_at, expires_at)
     VALUES (gen_random_uuid(), $1, $2, $1, 'note', 'some', 1250, 'EUR', 'A note', 'paid', 'scripted',
             sha256(gen_random_uuid()::text::bytea), '', 'charge', now(), now()) RETURNING id`,
    [actor.organizationId, actor.userId],
  );
  return String(row?.id);
}

export const requests: GivenRequests = {
  'POST /v1/billing/payments': async (owner) => ({ body: { payable: await payable(owner) } }),
  'POST /v1/billing/payments/{id}/refunds': async (owner, test) => ({
    params: { id: await paid(owner, test) },
    body: { reason: 'it rained' },
  }),
  'GET /v1/billing/checkout/{token}': async (owner) => {
    const { body } = await keyed(owner).post('/v1/billing/payments', { payable: await payable(owner) });
    return { params: { token: new URL(String(body.checkoutUrl)).pathname.split('/').at(-1) ?? '' } };
  },
};
