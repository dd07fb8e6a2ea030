/** Of all organizations whose paid time ends soon, and whose owners have not heard of it. @param $1 days before */
export const DUE_RENEWALS = `
  SELECT s.organization_id AS "organizationId" FROM subscriptions s JOIN organizations o ON o.id = s.organization_id
   WHERE s.cancelled_at IS NULL AND o.closed_at IS NULL AND s.renewal_told_for IS DISTINCT FROM s.paid_until
     AND s.paid_until > now() AND s.paid_until < now() + make_interval(days => $1)
   ORDER BY s.paid_until LIMIT 1000`;

/** Takes one of them: whoever comes second finds nothing. */
export const TELL_RENEWAL = `
  WITH told AS (
    UPDATE subscriptions SET renewal_told_for = paid_until
     WHERE organization_id = $1 AND cancelled_at IS NULL AND renewal_told_for IS DISTINCT FROM paid_until
       AND paid_until > now()
    RETURNING paid_until)
  SELECT paid_until AS "paidUntil" FROM told`;

/** Of all organizations that fell to the free plan, and nobody was told. @param $1 days of grace */
export const DUE_ENDS = `
  SELECT organization_id AS "organizationId" FROM subscriptions
   WHERE end_told_for IS DISTINCT FROM paid_until
     AND paid_until <= now() - CASE WHEN cancelled_at IS NULL THEN make_interval(days => $1) ELSE interval '0' END
   ORDER BY paid_until LIMIT 1000`;

export const TELL_END = `
  WITH told AS (
    UPDATE subscriptions SET end_told_for = paid_until
     WHERE organization_id = $1 AND end_told_for IS DISTINCT FROM paid_until AND paid_until <= now()
    RETURNING true)
  SELECT count(*)::int AS count FROM told`;

/** Who can pay for an organization. */
export const OWNERS = `
  SELECT m.user_id AS "userId", o.name AS organization
    FROM memberships m JOIN users u ON u.id = m.user_id JOIN organizations o ON o.id = m.organization_id
   WHERE m.organization_id = $1 AND m.role = 'owner' AND u.suspended_at IS NULL AND u.erased_at IS NULL
   ORDER BY m.user_id LIMIT 100`;
