/* eslint-disable aerie/tenant-sql -- workers take, watch and keep alive the jobs of all organizations */
// What the workers of all organizations do with rows of `jobs`. Each names the attempt that it comes from where there is
// one: an older attempt finds nothing to change. (UPDATE inside of WITH, because TypeORM answers one alone with a pair.)

const COLUMNS = `
  id, organization_id AS "organizationId", user_id AS "userId", kind, status, progress, attempt, failures, input, result,
  error_code AS "errorCode", error_message AS "errorMessage", request_id AS "requestId", traceparent, run_at AS "runAt",
  heartbeat_at AS "heartbeatAt", created_at AS "createdAt", started_at AS "startedAt", ended_at AS "endedAt",
  expires_at AS "expiresAt"`;

/** $1 kinds, $2 how many. Who is waiting longest comes first, and nobody waits for another worker. */
export const BEGIN = `
  WITH begun AS (
    UPDATE jobs SET status = 'running', attempt = attempt + 1, heartbeat_at = now(),
                    started_at = coalesce(started_at, now())
     WHERE id = ANY (ARRAY(
       SELECT id FROM jobs WHERE status = 'queued' AND run_at <= now() AND kind = ANY ($1)
        ORDER BY run_at LIMIT $2 FOR UPDATE SKIP LOCKED))
    RETURNING *)
  SELECT ${COLUMNS} FROM begun`;

/** $1 id, $2 organization, $3 attempt. The row stays locked until the transaction ends: it commits as what it is. */
export const FENCE = `
  SELECT 1 FROM jobs WHERE id = $1 AND organization_id = $2 AND attempt = $3 AND status = 'running' FOR NO KEY UPDATE`;

/** $1 id, $2 organization, $3 attempt, $4 percent */
export const PROGRESS = `
  UPDATE jobs SET progress = $4 WHERE id = $1 AND organization_id = $2 AND attempt = $3 AND status = 'running'`;

/** $1 id, $2 organization, $3 attempt, $4 status, $5 result, $6 and $7 code and message of the error */
export const END = `
  WITH ended AS (
    UPDATE jobs SET status = $4::varchar, progress = CASE $4::varchar WHEN 'succeeded' THEN 100 ELSE progress END, result = $5,
                    error_code = $6, error_message = $7, ended_at = now(), heartbeat_at = NULL,
                    expires_at = now() + interval '30 days'
     WHERE id = $1 AND organization_id = $2 AND attempt = $3 AND status = 'running' RETURNING *)
  SELECT ${COLUMNS} FROM ended`;

/** $1 id, $2 organization, $3 attempt, $4 seconds until the next, $5 whether this one counts */
export const BEGIN_AGAIN = `
  UPDATE jobs SET status = 'queued', run_at = now() + make_interval(secs => $4), heartbeat_at = NULL,
                  failures = failures + $5
   WHERE id = $1 AND organization_id = $2 AND attempt = $3 AND status = 'running'`;

/** $1 id, $2 organization, $3 user. Whoever works on it finds out: its attempt counts no more. */
export const CANCEL = `
  WITH ended AS (
    UPDATE jobs SET status = 'cancelled', ended_at = now(), heartbeat_at = NULL, expires_at = now() + interval '30 days'
     WHERE id = $1 AND organization_id = $2 AND user_id = $3 AND status IN ('queued', 'running') RETURNING *)
  SELECT ${COLUMNS} FROM ended`;

/** $1 user */
export const CANCEL_ALL = `
  WITH ended AS (
    UPDATE jobs SET status = 'cancelled', ended_at = now(), heartbeat_at = NULL, expires_at = now() + interval '30 days'
     WHERE user_id = $1 AND status IN ('queued', 'running') RETURNING *)
  SELECT ${COLUMNS} FROM ended`;

/** $1 kinds, $2 seconds of silence, $3 how many. What is locked is being worked on. */
export const LOST = `
  SELECT ${COLUMNS} FROM jobs
   WHERE status = 'running' AND kind = ANY ($1) AND heartbeat_at < now() - make_interval(secs => $2)
   ORDER BY heartbeat_at LIMIT $3 FOR UPDATE SKIP LOCKED`;

/** $1 ids, $2 attempts. Answers those that still count; a row that its own transaction has locked needs no sign of life. */
export const HEARTBEAT = `
  WITH mine AS (SELECT * FROM unnest($1::uuid[], $2::int[]) AS known (id, attempt)),
       alive AS (
    UPDATE jobs SET heartbeat_at = now() WHERE id = ANY (ARRAY(
      SELECT job.id FROM jobs job JOIN mine ON mine.id = job.id AND mine.attempt = job.attempt
       WHERE job.status = 'running' FOR NO KEY UPDATE OF job SKIP LOCKED)))
  SELECT job.id FROM jobs job JOIN mine ON mine.id = job.id AND mine.attempt = job.attempt
   WHERE job.status = 'running'`;
