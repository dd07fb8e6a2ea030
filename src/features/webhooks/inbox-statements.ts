import { planned } from '../../core/database/planned.js';
// What is done to rows of `webhook_inbox`. (TypeORM answers an UPDATE with a pair of its rows and how many there were.)

/** $1 ids, $2 providers, $3 ids there, $4 types, $5 payloads. In one order, so that two instances do not lock each other. */
export const STORE = planned(`
  INSERT INTO webhook_inbox (id, provider, event_id, type, payload)
  SELECT id, provider, event_id, type, payload::json
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[]) AS came (id, provider, event_id, type, payload)
   ORDER BY provider, event_id
  ON CONFLICT (provider, event_id) DO NOTHING
  RETURNING id`);

/**
 * $1 provider, $2 its id there, $3 days to remember it, $4 from which states. First in the transaction of the effect: it
 * locks the row, whoever else has the event waits and then finds it done, and what fails afterwards takes it back.
 */
export const TAKE = planned(`
  UPDATE webhook_inbox SET status = 'processed', payload = NULL, error_code = NULL, processed_at = now(),
                           next_attempt_at = NULL, expires_at = now() + make_interval(days => $3)
   WHERE provider = $1 AND event_id = $2 AND status = ANY ($4::varchar[])`);

/** $1 provider, $2 its id there */
export const IGNORE = planned(`
  UPDATE webhook_inbox SET status = 'ignored' WHERE provider = $1 AND event_id = $2`);

/** $1 provider, $2 its id there */
export const STATUS = planned(`
  SELECT status FROM webhook_inbox WHERE provider = $1 AND event_id = $2`);

/** $1 provider, $2 its id there, $3 code of the error, $4 how many failures are too many, $5 days to remember it */
export const COUNT_FAILURE = `
  WITH counted AS (
    UPDATE webhook_inbox SET
           failures = failures + 1, error_code = left($3, 50),
           status = CASE WHEN failures + 1 >= $4 THEN 'dead' ELSE status END,
           next_attempt_at = CASE WHEN failures + 1 < $4 THEN now() + interval '1 minute' * power(2, failures + 1) END,
           expires_at = CASE WHEN failures + 1 >= $4 THEN now() + make_interval(days => $5) END
     WHERE provider = $1 AND event_id = $2 AND status IN ('received', 'dead') RETURNING status, failures)
  SELECT status, failures FROM counted`;

/** $1 how many. Those that nobody has finished in their time. */
export const DUE = `
  SELECT provider, event_id AS id, type, payload FROM webhook_inbox
   WHERE status = 'received' AND next_attempt_at <= now() ORDER BY next_attempt_at LIMIT $1`;

/** $1 provider, $2 its id there, $3 minutes: nobody here can process it now. */
export const POSTPONE = `
  UPDATE webhook_inbox SET next_attempt_at = now() + make_interval(mins => $3)
   WHERE provider = $1 AND event_id = $2 AND status = 'received'`;

/** Of each provider, how old the oldest is that is not processed, in seconds. */
export const OLDEST = `
  SELECT provider, extract(epoch FROM now() - min(received_at))::float AS seconds
    FROM webhook_inbox WHERE status = 'received' GROUP BY provider`;
