/* eslint-disable aerie/tenant-sql -- providers, links and the reconciler name payments of whichever organization */
// Every move is one conditional statement: what comes twice, late or out of order finds no row and changes nothing.

// As float8 an amount comes as a number, and exactly: the check of its column keeps it below 2^53.
export const PAYMENT = `
  id, organization_id AS "organizationId", user_id AS "userId", seller_organization_id AS "sellerOrganizationId",
  payable_kind AS "payableKind", payable_id AS "payableId", amount::float8 AS amount, currency, description, status,
  provider, checkout_claimed_at AS "checkoutClaimedAt", checkout_reference AS "checkoutReference",
  checkout_url AS "checkoutUrl", charge_reference AS "chargeReference", refunding::float8 AS refunding,
  refunded::float8 AS refunded, refund_failures AS "refundFailures", disputed_at AS "disputedAt",
  mismatched_at AS "mismatchedAt", checks, created_at AS "createdAt", paid_at AS "paidAt", expires_at AS "expiresAt"`;

/** An UPDATE that answers the payments that it has changed. */
const moving = (values: string, condition: string) => `
  WITH moved AS (UPDATE payments SET ${values} WHERE ${condition} RETURNING *) SELECT ${PAYMENT} FROM moved`;

export const OPEN = `
  WITH opened AS (
    INSERT INTO payments (id, organization_id, user_id, seller_organization_id, payable_kind, payable_id, amount,
                          currency, description, provider, token_hash, sealed_token, expires_at, check_at)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, until, until
      FROM greatest(now() + $13 * interval '1 minute', $14::timestamptz) AS until
    ON CONFLICT (organization_id, payable_kind, payable_id) WHERE status = 'open' DO NOTHING RETURNING *)
  SELECT ${PAYMENT} FROM opened`;

/** Locked, so that nobody ends what is about to be the answer. */
export const FIND_OPEN = `
  SELECT ${PAYMENT}, sealed_token AS "sealedToken", expires_at <= now() AS over FROM payments
   WHERE organization_id = $1 AND payable_kind = $2 AND payable_id = $3 AND status = 'open' FOR UPDATE`;

export const BY_ID = `SELECT ${PAYMENT} FROM payments WHERE id = $1`;
export const BY_TOKEN = `SELECT ${PAYMENT} FROM payments WHERE token_hash = $1`;
export const BY_REFERENCE = `SELECT ${PAYMENT} FROM payments WHERE provider = $1 AND checkout_reference = $2`;
export const BY_CHARGE = `SELECT ${PAYMENT} FROM payments WHERE provider = $1 AND charge_reference = $2`;
export const LOCKED = `SELECT ${PAYMENT} FROM payments WHERE id = $1 FOR UPDATE`;

export const NEW_TOKEN = 'UPDATE payments SET token_hash = $2, sealed_token = $3 WHERE id = $1';

/** $2: what the provider calls the charge */
export const PAY = moving(
  `status = 'paid', paid_at = now(), charge_reference = $2, check_at = NULL`,
  `id = $1 AND status = 'open'`,
);
export const PAY_LATE = moving(
  `status = 'refused', paid_at = now(), charge_reference = $2, check_at = NULL`,
  `id = $1 AND status IN ('failed', 'cancelled', 'expired') AND mismatched_at IS NULL`,
);
export const REFUSE = moving(`status = 'refused'`, `id = $1 AND status = 'paid'`);
export const EXPIRE = moving(`status = 'expired', check_at = NULL`, `id = $1 AND status = 'open'`);
/**
 * Of what nobody has ever been shown, and so nobody can have paid. Who still asks the provider for its page finds that it is
 * over, and the page is ended too.
 */
export const EXPIRE_UNSEEN = moving(
  `status = 'expired', check_at = NULL`,
  `id = $1 AND status = 'open' AND checkout_reference IS NULL AND expires_at <= now()
     AND (checkout_claimed_at IS NULL OR checkout_claimed_at < now() - interval '30 seconds')`,
);
/** $2: until when somebody may open its checkout, if that is later than before */
export const EXTEND = moving(
  'expires_at = $2::timestamptz, check_at = $2::timestamptz',
  `id = $1 AND status = 'open' AND checkout_claimed_at IS NULL AND expires_at < $2::timestamptz`,
);
export const FAIL = moving(`status = 'failed', mismatched_at = now(), check_at = NULL`, `id = $1 AND status = 'open'`);
export const MISMATCH = moving('mismatched_at = now(), check_at = NULL', 'id = $1 AND mismatched_at IS NULL');
/** What the provider may have a page for is ended there too. */
export const CANCEL = moving(
  `status = 'cancelled', checks = 0, check_at = CASE WHEN checkout_claimed_at IS NULL THEN NULL ELSE now() END`,
  `id = $1 AND status = 'open'`,
);
export const DISPUTE = moving('disputed_at = now()', 'id = $1 AND disputed_at IS NULL');

/** One at a time asks the provider for its page; who dies at it is followed after $2 seconds. */
export const CLAIM = moving(
  `checkout_claimed_at = now(), check_at = least(check_at, now() + interval '1 minute')`,
  `id = $1 AND status = 'open' AND expires_at > now() AND checkout_reference IS NULL
     AND (checkout_claimed_at IS NULL OR checkout_claimed_at < now() - $2 * interval '1 second')`,
);
/** The provider has failed: the next one may try at once. That there may be a page is not forgotten. */
export const UNCLAIM = `
  UPDATE payments SET checkout_claimed_at = now() - interval '1 day' WHERE id = $1 AND checkout_reference IS NULL`;
/** Also of a payment that has ended meanwhile, or else somebody could pay what nobody knows of. */
export const RECORD_CHECKOUT = moving(
  `checkout_reference = $2, checkout_url = $3, expires_at = $4, checks = 0,
   check_at = CASE WHEN status = 'open' THEN now() + interval '1 minute' ELSE now() END`,
  'id = $1 AND checkout_reference IS NULL',
);

const BACKOFF = `least(900, 60 * 2 ^ least(checks, 4)) * interval '1 second'`;

/** Whom a worker dies with is asked again later. */
export const LEASE_DUE = moving(
  `checks = checks + 1, check_at = now() + ${BACKOFF}`,
  `id IN (SELECT id FROM payments WHERE check_at <= now() ORDER BY check_at FOR UPDATE SKIP LOCKED LIMIT $1)`,
);
/** Nothing is left to ask, unless somebody has wanted to know since. */
export const CHECKED = `UPDATE payments SET check_at = NULL WHERE id = $1 AND checks = $2 AND status <> 'open'`;
/** An open one is asked again no later than when its time is over. */
export const ASK_SOON = 'UPDATE payments SET check_at = now(), checks = 0 WHERE id = $1 AND mismatched_at IS NULL';
export const ASK_LATER = `
  UPDATE payments SET check_at = coalesce(check_at, now() + interval '15 minutes') WHERE id = $1`;
