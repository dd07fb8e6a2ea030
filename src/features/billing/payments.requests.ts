import { randomUUID } from 'node:crypto';
import { sql } from '../../../test/harness/database.js';
import type { TestApp } from '../../../test/harness/app.js';
import type { GivenRequests, Owner } from '../../../test/harness/valid-requests.js';

const keyed = ({ api }: Owner) => api.with({ 'idempotency-key': randomUUID() });

/** Something that the owner can pay for. */
async function payable(owner: Owner) {
  const { body } = await keyed(owner).post('/v1/billing/credits/checkout', { pack: 'small' });
  return { kind: 'credit-pack', id: String(body.purchaseId) };
}

/** What somebody has bought of their own organization. */
async function paid({ actor }: Owner, test: TestApp): Promise<string> {
  const [row] = await sql<{ id: string }>(
    test.databaseUrl,
    `INSERT INTO payments (id, organization_id, user_id, seller_organization_id, payable_kind, payable_id, amount, currency,
                           description, status, provider, token_hash, sealed_token, charge_reference, paid_at, expires_at)
     VALUES (gen_random_uuid(), $1, $2, $1, 'some', 'some', 1250, 'EUR', 'A note', 'paid', 'sandbox',
             sha256(gen_random_uuid()::text::bytea), '', 'charge', now(), now()) RETURNING id`,
    [actor.organizationId, actor.userId],
  );
  return String(row?.id);
}

/** Somebody takes the money. */
export const env = { PAYMENTS_SANDBOX_ENABLED: 'true', PAYMENT_PROVIDER: 'sandbox' };

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
