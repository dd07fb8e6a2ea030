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

/** Plans that somebody has paid for, of all organizations. */
export const PLANS_IN_USE = `
  SELECT DISTINCT plan FROM subscription_periods
   WHERE state = 'paid' AND ends_at > now() /* whatever the organization_id */`;
