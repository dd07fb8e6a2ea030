/* eslint-disable aerie/tenant-sql -- refunds are sent for all organizations, and found by the payment that they are of */

export const REFUND = `
  id, organization_id AS "organizationId", payment_id AS "paymentId", amount::float8 AS amount, reason, reference, status,
  provider_reference AS "providerReference", attempts, attempt_at AS "attemptAt", created_at AS "createdAt",
  ended_at AS "endedAt"`;

export const FIND_REFUND = `
  SELECT ${REFUND} FROM payment_refunds WHERE organization_id = $1 AND payment_id = $2 AND reference = $3`;

/** Sets money aside to go back: never more than there is, however many ask at once. $2: how much */
export const RESERVE = `
  WITH reserved AS (
    UPDATE payments SET refunding = refunding + $2
     WHERE id = $1 AND charge_reference IS NOT NULL AND refunding + $2 <= amount RETURNING id)
  SELECT id FROM reserved`;

export const ADD_REFUND = `
  WITH added AS (
    INSERT INTO payment_refunds (id, organization_id, payment_id, amount, reason, reference)
    VALUES ($1, $2, $3, $4, $5, $6) RETURNING *)
  SELECT ${REFUND} FROM added`;

/** One that was made by hand at the provider: $1 id … $6 reference */
export const BOOK_FOREIGN = `
  INSERT INTO payment_refunds (id, organization_id, payment_id, amount, reason, reference, status, attempt_at, ended_at)
  VALUES ($1, $2, $3, $4, $5, $6, 'succeeded', NULL, now())`;
export const COUNT_FOREIGN = `
  UPDATE payments SET refunding = refunding + $2, refunded = refunded + $2 WHERE id = $1`;

const moving = (values: string, condition: string) => `
  WITH moved AS (UPDATE payment_refunds SET ${values} WHERE ${condition} RETURNING *) SELECT ${REFUND} FROM moved`;

/** From 5 seconds to an hour apart. Who dies at it is followed after a minute. */
const NEXT = `now() + greatest(60, least(3600, 5 * 2 ^ least(attempts, 10))) * interval '1 second'`;
export const LEASE_REFUND = moving(
  `attempts = attempts + 1, attempt_at = ${NEXT}`,
  `id = $1 AND status = 'pending' AND attempt_at <= now()`,
);
export const DUE_REFUNDS = `SELECT id FROM payment_refunds WHERE attempt_at <= now() ORDER BY attempt_at LIMIT $1`;
/** The provider has failed: again soon. */
export const RETRY_REFUND = moving(
  `attempt_at = now() + least(3600, 5 * 2 ^ least(attempts - 1, 10)) * interval '1 second'`,
  `id = $1 AND status = 'pending'`,
);
/** The provider knows of it, and is not done. */
export const KNOWN_REFUND = `
  UPDATE payment_refunds SET provider_reference = coalesce($2, provider_reference) WHERE id = $1 AND status = 'pending'`;
export const END_REFUND = moving(
  `status = $2, provider_reference = coalesce($3, provider_reference), attempt_at = NULL, ended_at = now()`,
  `id = $1 AND status = 'pending'`,
);

// Whatever its end, the provider is asked for the sum: of what was made there by hand meanwhile it was not known whose.
export const COUNT_SUCCEEDED = `
  UPDATE payments SET refunded = refunded + $2, check_at = now(), checks = 0 WHERE id = $1`;
export const COUNT_FAILED = `
  UPDATE payments SET refunding = refunding - $2, refund_failures = refund_failures + 1, check_at = now(), checks = 0
   WHERE id = $1`;
