/* eslint-disable aerie/tenant-sql -- workers deliver for all organizations; what a request causes names its own */
// How deliveries are taken and ended. Whoever changes what is due at an endpoint holds the row of the endpoint, so that
// its `due_at` is never later than what it stands for, and `least` and `greatest` pass over what is null.
// (UPDATE inside of WITH, because TypeORM answers one alone with a pair.)

/** Of all instances together, at one endpoint. */
const AT_ONCE = 2;

/** $1 organization, $2 type, $3 event, $4 body or null if it is too large, $5 error code of that. Heard twice, told once. */
export const TELL = `
  WITH matching AS MATERIALIZED (
    SELECT id FROM webhook_endpoints
     WHERE organization_id = $1 AND status = 'enabled'
       AND (event_types = '{}' OR event_types && ARRAY['*', $2]::varchar[])
     ORDER BY id FOR NO KEY UPDATE),
  told AS (
    INSERT INTO webhook_deliveries
      (id, organization_id, endpoint_id, event_id, event_type, body, status, error_code, next_attempt_at, ended_at)
    SELECT gen_random_uuid(), $1, id, $3, $2, $4::text, CASE WHEN $4::text IS NULL THEN 'cancelled' ELSE 'pending' END,
           CASE WHEN $4::text IS NULL THEN $5 END, CASE WHEN $4::text IS NOT NULL THEN now() END,
           CASE WHEN $4::text IS NULL THEN now() END
      FROM matching
    ON CONFLICT (endpoint_id, event_id) DO NOTHING RETURNING endpoint_id),
  awake AS (
    UPDATE webhook_endpoints e SET due_at = least(due_at, greatest(now(), paused_until)) FROM told
     WHERE e.organization_id = $1 AND e.id = told.endpoint_id RETURNING e.id)
  SELECT id FROM awake`;

/** $1 whether slow ones, $2 how many. The endpoints that have waited longest for a look; nobody waits for another worker. */
export const LOCK_DUE = `
  SELECT id FROM webhook_endpoints WHERE status = 'enabled' AND slow = $1 AND due_at <= now()
   ORDER BY due_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED`;

const TAKEN = `
  SELECT t.id, t.organization_id AS "organizationId", t.endpoint_id AS "endpointId", t.event_id AS "eventId",
         t.event_type AS "eventType", t.body, t.attempt, t.failures, e.url, e.secret,
         CASE WHEN e.previous_secret_until > now() THEN e.previous_secret END AS "previousSecret"
    FROM taken t JOIN webhook_endpoints e ON e.id = t.endpoint_id`;

/**
 * $1 endpoints, whose rows are held, by their turn, $2 how many, $3 seconds of the lease. A statement of its own after the
 * one that locks: only so it sees what the last holder has taken.
 */
export const TAKE = `
  WITH chosen AS MATERIALIZED (
    SELECT d.id FROM unnest($1::uuid[]) WITH ORDINALITY AS e (id, turn) CROSS JOIN LATERAL (
      SELECT id FROM (
        (SELECT id, next_attempt_at AS since FROM webhook_deliveries
          WHERE endpoint_id = e.id AND status = 'pending' AND leased_until IS NULL AND next_attempt_at <= now()
          ORDER BY next_attempt_at LIMIT ${AT_ONCE})
        UNION ALL
        (SELECT id, next_attempt_at FROM webhook_deliveries
          WHERE endpoint_id = e.id AND leased_until <= now() LIMIT ${AT_ONCE})) AS due
      ORDER BY since
      LIMIT greatest(0, ${AT_ONCE} - (SELECT count(*) FROM webhook_deliveries
                                       WHERE endpoint_id = e.id AND leased_until > now()))) AS d
    ORDER BY e.turn LIMIT $2),
  taken AS (
    UPDATE webhook_deliveries d SET leased_until = now() + make_interval(secs => $3), attempt = attempt + 1 FROM chosen
     WHERE d.id = chosen.id AND d.status = 'pending' AND (d.leased_until IS NULL OR d.leased_until <= now())
    RETURNING d.*)
  ${TAKEN}`;

/** $1 the delivery, $2 its organization, $3 seconds of the lease. Nothing, if its endpoint has its hands full. */
export const TAKE_ONE = `
  WITH taken AS (
    UPDATE webhook_deliveries d SET leased_until = now() + make_interval(secs => $3), attempt = attempt + 1
     WHERE d.id = $1 AND d.organization_id = $2 AND d.status = 'pending' AND d.leased_until IS NULL
       AND ${AT_ONCE} > (SELECT count(*) FROM webhook_deliveries o
                          WHERE o.endpoint_id = d.endpoint_id AND o.leased_until > now())
    RETURNING d.*)
  ${TAKEN}`;

/** $1 endpoints, whose rows are held: when to look at them again, the last in line if there is more to do. */
export const SET_DUE = `
  UPDATE webhook_endpoints e
     SET due_at = (
       SELECT CASE WHEN count(*) FILTER (WHERE leased_until > now()) >= ${AT_ONCE} THEN min(leased_until)
                   ELSE least(min(leased_until), (
                     SELECT greatest(next_attempt_at, now(), e.paused_until) FROM webhook_deliveries
                      WHERE endpoint_id = e.id AND status = 'pending' AND leased_until IS NULL
                      ORDER BY next_attempt_at LIMIT 1)) END
         FROM webhook_deliveries WHERE endpoint_id = e.id AND leased_until IS NOT NULL)
   WHERE id = ANY ($1)`;

/** Who is not heard of for so long is not told any more. */
const GIVEN_UP_AFTER = '5 days';
/** And not for one failure after a week in which nothing happened. */
const GIVEN_UP_FAILURES = 10;
/** Of who has too much to do: as long as they ask for, and from 5 seconds to 5 minutes at least, longer each time. */
const PAUSE = `make_interval(secs => greatest($13::float, least(300, 5 * 2 ^ least(consecutive_failures, 6))))`;

/**
 * $1 delivery, $2 organization, $3 endpoint, $4 attempt, $5 status, $6 seconds until the next, $7 status code, $8 error
 * code, $9 milliseconds, $10 response, $11 when it began, $12 whether it was slow, $13 seconds to leave the endpoint alone
 * at least, or null. Nothing, if the attempt is not the newest. First the endpoint, as those who take do.
 */
export const END = `
  WITH endpoint AS MATERIALIZED (
    SELECT id FROM webhook_endpoints WHERE id = $3 AND organization_id = $2 FOR NO KEY UPDATE),
  ended AS (
    UPDATE webhook_deliveries d
       SET status = $5::varchar, leased_until = NULL, error_code = $8::varchar, failures = failures + ($8::varchar IS NOT NULL)::int,
           next_attempt_at = now() + make_interval(secs => $6::float), ended_at = CASE WHEN $5::varchar <> 'pending' THEN now() END
      FROM endpoint
     WHERE d.id = $1 AND d.organization_id = $2 AND d.endpoint_id = endpoint.id AND d.attempt = $4
       AND d.leased_until IS NOT NULL
    RETURNING d.*),
  logged AS (
    INSERT INTO webhook_attempts
      (organization_id, delivery_id, number, status_code, error_code, duration_ms, response, started_at)
    SELECT organization_id, id, attempt, $7::smallint, $8::varchar, $9::integer, $10::text, $11::timestamptz FROM ended),
  standing AS (
    UPDATE webhook_endpoints e
       SET due_at = CASE WHEN $13::float IS NULL THEN least(due_at, greatest(now(), paused_until)) ELSE now() + ${PAUSE} END,
           paused_until = CASE WHEN $13::float IS NULL THEN paused_until ELSE now() + ${PAUSE} END,
           consecutive_failures = CASE WHEN $8::varchar IS NULL THEN 0 ELSE consecutive_failures + 1 END,
           failing_since = CASE WHEN $8::varchar IS NOT NULL THEN coalesce(failing_since, now()) END,
           slow = $12::boolean
      FROM ended WHERE e.id = ended.endpoint_id AND e.organization_id = ended.organization_id
    RETURNING e.failing_since <= now() - interval '${GIVEN_UP_AFTER}'
          AND e.consecutive_failures >= ${GIVEN_UP_FAILURES} AS given_up)
  SELECT coalesce(given_up, false) AS "givenUp" FROM standing`;

/** $1 delivery, $2 organization, $3 endpoint, $4 attempt: somebody else begins it anew. */
export const GIVE_BACK = `
  WITH endpoint AS MATERIALIZED (
    SELECT id FROM webhook_endpoints WHERE id = $3 AND organization_id = $2 FOR NO KEY UPDATE),
  free AS (
    UPDATE webhook_deliveries d SET leased_until = NULL FROM endpoint
     WHERE d.id = $1 AND d.organization_id = $2 AND d.endpoint_id = endpoint.id AND d.attempt = $4
       AND d.leased_until IS NOT NULL
    RETURNING d.endpoint_id)
  UPDATE webhook_endpoints e SET due_at = least(due_at, greatest(now(), paused_until)) FROM free
   WHERE e.id = free.endpoint_id`;

/** $1 delivery, $2 organization, $3 endpoint. What somebody works on at this moment goes on. */
export const REPLAY = `
  WITH endpoint AS MATERIALIZED (
    SELECT id FROM webhook_endpoints WHERE id = $3 AND organization_id = $2 FOR NO KEY UPDATE),
  again AS (
    UPDATE webhook_deliveries d
       SET status = 'pending', failures = 0, next_attempt_at = now(), ended_at = NULL, error_code = NULL,
           expires_at = now() + interval '30 days'
      FROM endpoint
     WHERE d.id = $1 AND d.organization_id = $2 AND d.endpoint_id = endpoint.id AND d.leased_until IS NULL
       AND d.body IS NOT NULL
    RETURNING d.endpoint_id)
  UPDATE webhook_endpoints e SET due_at = least(due_at, greatest(now(), paused_until)) FROM again
   WHERE e.organization_id = $2 AND e.id = again.endpoint_id`;

/** $1 endpoint, $2 organization, $3 reason. @returns a row if it was enabled */
export const DISABLE = `
  WITH disabled AS (
    UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = $3, updated_at = now()
     WHERE id = $1 AND organization_id = $2 AND status = 'enabled' RETURNING id)
  SELECT id FROM disabled`;

/** $1 organization, $2 deliveries, $3 how many attempts of each, the newest */
export const ATTEMPTS = `
  SELECT a.delivery_id AS "deliveryId", a.number, a.status_code AS "statusCode", a.error_code AS "errorCode",
         a.duration_ms AS "durationMs", a.response, a.started_at AS "startedAt"
    FROM unnest($2::uuid[]) AS d (id) CROSS JOIN LATERAL (
      SELECT * FROM webhook_attempts WHERE organization_id = $1 AND delivery_id = d.id ORDER BY number DESC LIMIT $3) AS a
   ORDER BY a.number`;

/** How long the endpoint has waited that waits longest, in seconds */
export const QUEUE_AGE = `
  SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0)::float AS seconds
    FROM webhook_endpoints WHERE status = 'enabled' AND due_at <= now()`;

/** What signs no more is not kept. */
export const FORGET_PREVIOUS = `
  UPDATE webhook_endpoints SET previous_secret = NULL, previous_secret_until = NULL WHERE previous_secret_until <= now()`;

/** $1 the last one seen, $2 how many */
export const SECRETS = `
  SELECT id, secret, previous_secret AS "previousSecret" FROM webhook_endpoints WHERE id > $1 ORDER BY id LIMIT $2`;

/** $1 endpoint, $2 its secret as it was, $3 as it is now, $4 the previous one */
export const RESEAL = `
  UPDATE webhook_endpoints
     SET secret = $3, previous_secret = $4::varchar,
         previous_secret_until = CASE WHEN $4::varchar IS NOT NULL THEN previous_secret_until END
   WHERE id = $1 AND secret = $2`;
