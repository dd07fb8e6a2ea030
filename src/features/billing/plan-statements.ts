/** What is paid for, of which something is left, or was not long ago: one row in any case. @param $2 days of grace */
export const PLAN_TIMES = `
  SELECT extract(epoch FROM now())::float8 * 1000 AS "readAt",
         EXISTS (SELECT FROM subscriptions WHERE organization_id = $1 AND cancelled_at IS NOT NULL) AS cancelled,
         coalesce((
           SELECT json_agg(json_build_object(
                    'id', id, 'plan', plan, 'terms', terms,
                    'from', extract(epoch FROM starts_at) * 1000, 'until', extract(epoch FROM ends_at) * 1000))
             FROM subscription_periods
            WHERE organization_id = $1 AND state = 'paid' AND ends_at > now() - make_interval(days => $2)), '[]') AS times`;

/** Whoever changes the paid time of an organization waits here for who does the same; nothing of one that is closed. */
export const HOLD_SUBSCRIPTION = `
  INSERT INTO subscriptions AS mine (organization_id)
  SELECT id FROM organizations WHERE id = $1 AND closed_at IS NULL
  ON CONFLICT (organization_id) DO UPDATE SET organization_id = EXCLUDED.organization_id
  RETURNING true`;

/** The times of one organization, as they are from now on. */
export const MOVE_TIMES = `
  WITH moved AS (
    UPDATE subscription_periods p SET starts_at = t.starts_at, ends_at = t.ends_at
      FROM unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[]) AS t (id, starts_at, ends_at)
     WHERE p.id = t.id AND p.organization_id = $1 RETURNING p.id)
  SELECT count(*) FROM moved`;

/** To be paid for: the same again as long as nobody has. */
export const OPEN_PERIOD = `
  INSERT INTO subscription_periods (id, organization_id, plan, terms, amount, currency)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (organization_id, plan, amount, currency) WHERE state = 'open' DO NOTHING
  RETURNING id`;

/** @param $3 the first day of the month. $5 how much there is of it; the first of a month is held to it as well */
export const TAKE_USAGE = `
  INSERT INTO usage_counters AS known (organization_id, metric, period, used, expires_at)
  SELECT $1, $2, $3::date, $4::bigint, ($3::date + interval '13 months') AT TIME ZONE 'UTC' WHERE $4::bigint <= $5::bigint
  ON CONFLICT (organization_id, metric, period) DO UPDATE SET used = known.used + EXCLUDED.used
    WHERE known.used + EXCLUDED.used <= $5::bigint
  RETURNING used`;

const LAST_PAID = `SELECT max(ends_at) FROM subscription_periods WHERE organization_id = $1 AND state = 'paid'`;

/** More was paid for. */
export const GOES_ON = `
  WITH kept AS (
    UPDATE subscriptions SET cancelled_at = NULL, paid_until = (${LAST_PAID}) WHERE organization_id = $1 RETURNING true)
  SELECT count(*) FROM kept`;

/** The money went back. @param $2 whether any paid time is left: else it is over, without a grace, and told already */
export const TAKEN_BACK = `
  WITH kept AS (
    UPDATE subscriptions
       SET paid_until = (${LAST_PAID}),
           cancelled_at = CASE WHEN $2 THEN cancelled_at ELSE coalesce(cancelled_at, now()) END,
           end_told_for = CASE WHEN $2 THEN end_told_for ELSE (${LAST_PAID}) END
     WHERE organization_id = $1 RETURNING true)
  SELECT count(*) FROM kept`;

/** Ends it with its paid time; nothing if nobody has paid for any. */
export const CANCEL = `
  WITH cancelled AS (
    UPDATE subscriptions SET cancelled_at = now() WHERE organization_id = $1 AND cancelled_at IS NULL RETURNING true)
  SELECT count(*)::int AS count FROM cancelled`;

/** Nobody pays for an organization that is closed. */
export const WITHDRAW = `
  WITH withdrawn AS (
    UPDATE subscription_periods SET state = 'withdrawn' WHERE organization_id = $1 AND state = 'open' RETURNING true)
  SELECT count(*) FROM withdrawn`;

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

/** Plans that somebody has paid for, of all organizations. */
export const PLANS_IN_USE = `
  SELECT DISTINCT plan FROM subscription_periods
   WHERE state = 'paid' AND ends_at > now() /* whatever the organization_id */`;
