import { planned } from '../../core/database/planned.js';

// Each is one round trip, and each begins by locking the account ($1): from there on everything that moves credits of an
// organization goes one after the other. What follows in the same statement still sees other rows as they were before it
// waited, so what it must not do twice is decided by a unique key or by the state of a row that it updates, never by a look.

/** What the row is that everybody has to hold; after a wait it is the newest one, unlike what a plain read would see. */
const ACCOUNT = `account AS (
    SELECT balance, reserved, entries FROM credit_accounts WHERE organization_id = $1 FOR NO KEY UPDATE)`;

interface Move {
  /** SQL for what is added to the balance, and to what is reserved */
  readonly amount: string;
  readonly reserved?: string;
  readonly reason: string;
  readonly from: string;
  readonly where?: string;
  /** What makes it the same as one that is there already */
  readonly once?: string;
  readonly reference?: string;
}

const ONCE = 'ON CONFLICT (organization_id, reference, reason) DO NOTHING';

/** The entry and, if it is new, the account after it. $2 is the reference, $3 the id of the request. */
function moving({ amount, reserved = '0', reason, from, where = 'true', once = ONCE, reference = '$2' }: Move): string {
  return `entry AS (
    INSERT INTO credit_entries (organization_id, number, reason, reference, amount, reserved, counterpart, balance_after,
                                request_id)
    SELECT $1, account.entries + 1, ${reason}, ${reference}, ${amount}, ${reserved}, - (${amount}) - (${reserved}),
           account.balance + (${amount}), $3 FROM ${from} WHERE ${where} ${once}
    RETURNING number, amount, reserved, balance_after, at),
  moved AS (
    UPDATE credit_accounts a SET balance = entry.balance_after, reserved = a.reserved + entry.reserved,
                                 entries = entry.number
      FROM entry WHERE a.organization_id = $1)`;
}

/** One row, or none if there is no account yet: what is left, and what has moved, which is null if nothing has. */
const ANSWER = `
  SELECT coalesce(entry.balance_after, account.balance) AS balance, entry.number, entry.amount, entry.at
    FROM account LEFT JOIN entry ON true`;

/** $4 how much */
export const CHARGE = planned(`
  WITH ${ACCOUNT},
  ${moving({ amount: '- $4::bigint', reason: `'charge'`, from: 'account', where: 'account.balance >= $4' })}
  ${ANSWER}`);

/** $4 how much, $5 seconds until it expires. The reservation decides whether it is new. */
export const RESERVE = planned(`
  WITH ${ACCOUNT},
  reservation AS (
    INSERT INTO credit_reservations (organization_id, reference, amount, expires_at)
    SELECT $1, $2, $4::bigint, now() + make_interval(secs => $5) FROM account WHERE account.balance >= $4
    ON CONFLICT (organization_id, reference) DO NOTHING RETURNING amount),
  ${moving({ amount: '- reservation.amount', reserved: 'reservation.amount', reason: `'reserve'`, from: 'account, reservation', once: '' })}
  ${ANSWER}`);

/** $4 how much of it, or null for all */
export const CAPTURE = planned(`
  WITH ${ACCOUNT},
  reservation AS (
    UPDATE credit_reservations r SET state = 'captured', captured = coalesce($4::bigint, r.amount), ended_at = now()
      FROM account WHERE r.organization_id = $1 AND r.reference = $2 AND r.state = 'held' RETURNING r.amount, r.captured),
  ${moving({
    amount: 'reservation.amount - reservation.captured',
    reserved: '- reservation.amount',
    reason: `'capture'`,
    from: 'account, reservation',
    once: '',
  })}
  ${ANSWER}`);

/** $4 the state that it ends in: `released`, or `expired` if its time is over */
export const RELEASE = planned(`
  WITH ${ACCOUNT},
  reservation AS (
    UPDATE credit_reservations r SET state = $4::varchar, ended_at = now()
      FROM account WHERE r.organization_id = $1 AND r.reference = $2 AND r.state = 'held'
       AND ($4::varchar = 'released' OR r.expires_at <= now()) RETURNING r.amount),
  ${moving({ amount: 'reservation.amount', reserved: '- reservation.amount', reason: `'release'`, from: 'account, reservation', once: '' })}
  ${ANSWER}`);

/** $4 how much: no more than was taken */
export const REFUND = planned(`
  WITH ${ACCOUNT},
  taken AS (
    SELECT least($4::bigint, sum(counterpart)) AS amount FROM credit_entries
     WHERE organization_id = $1 AND reference = $2 AND reason IN ('charge', 'capture')),
  ${moving({ amount: 'taken.amount', reason: `'refund'`, from: 'account, taken', where: 'taken.amount > 0' })}
  ${ANSWER}`);

/** $4 how much, $5 the reason */
export const ADD = `
  WITH ${ACCOUNT},
  ${moving({ amount: '$4::bigint', reason: '$5::varchar', from: 'account' })}
  ${ANSWER}`;

/** $4 how much, of which it takes what is there */
export const TAKE_BACK = `
  WITH ${ACCOUNT},
  ${moving({ amount: '- least($4::bigint, account.balance)', reason: `'purchase-refund'`, from: 'account', where: 'account.balance > 0' })}
  ${ANSWER}`;

export const OPEN = `
  INSERT INTO credit_accounts (organization_id) VALUES ($1) ON CONFLICT (organization_id) DO NOTHING
  RETURNING organization_id`;

/** $2 what everybody gets once who signs up, $3 the request. To whoever has owned the organization longest. */
export const WELCOME = `
  WITH ${ACCOUNT},
  owner AS (
    SELECT user_id FROM memberships WHERE organization_id = $1 AND role = 'owner' ORDER BY created_at, user_id LIMIT 1),
  ${moving({
    amount: '$2::bigint',
    reason: `'sign-up'`,
    reference: `'user:' || owner.user_id`,
    from: 'account, owner',
    once: `ON CONFLICT (reference) WHERE reason = 'sign-up' DO NOTHING`,
  })}
  ${ANSWER}`;

export const BALANCE = planned('SELECT balance, reserved FROM credit_accounts WHERE organization_id = $1');

/** $2 the reference, $3 the reason */
export const HAS_MOVED = `
  SELECT 1 FROM credit_entries WHERE organization_id = $1 AND reference = $2 AND reason = $3`;

/** $2 the reference */
export const RESERVATION = 'SELECT state FROM credit_reservations WHERE organization_id = $1 AND reference = $2';

/** $1 how many */
export const STALE = `
  SELECT organization_id AS "organizationId", reference FROM credit_reservations
   WHERE state = 'held' AND expires_at <= now() ORDER BY expires_at LIMIT $1`;
