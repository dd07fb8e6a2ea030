import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/transactions.js';
import type { Duration } from '../../core/time/duration.js';
import { LinkInvalid } from './auth.errors.js';
import { OneTimeToken, type Purpose } from './one-time-token.entity.js';
import { opaqueToken, sha256 } from './opaque-token.js';

/** Whose token it was, and the address that it proves to be theirs. */
export interface Bearer {
  readonly userId: string;
  readonly email: string;
}

// With the person locked, so that the mail of this transaction goes to the same address.
const ISSUE = `
  WITH person AS (SELECT id, email FROM users WHERE id = $1 FOR NO KEY UPDATE)
  INSERT INTO one_time_tokens (user_id, purpose, hash, email, expires_at)
  SELECT id, $2, $3, email, now() + make_interval(secs => $4) FROM person
  ON CONFLICT (user_id, purpose) DO UPDATE
     SET hash = excluded.hash, email = excluded.email, created_at = excluded.created_at,
         expires_at = excluded.expires_at, used_at = NULL`;

const REDEEM = `
  WITH used AS (
    UPDATE one_time_tokens t SET used_at = clock_timestamp() FROM users u
     WHERE t.hash = $1 AND t.purpose = $2 AND t.used_at IS NULL AND t.expires_at > now()
       AND u.id = t.user_id AND u.email = t.email
    RETURNING t.user_id, t.email)
  SELECT user_id AS "userId", email FROM used`;

/** Tokens that leave by mail alone and are good once. */
@Injectable()
export class OneTimeTokens {
  /** A token for the address that somebody has now. The one of this purpose before is worth nothing any more. */
  async issue(tx: Tx, purpose: Purpose, userId: string, validFor: Duration): Promise<string> {
    const token = opaqueToken();
    await tx.query(ISSUE, [userId, purpose, sha256(token), validFor.milliseconds / 1_000]);
    return token;
  }

  /**
   * Uses a token up. Of several who try one gets through.
   * @throws {LinkInvalid} alike for one that is unknown, used, replaced, expired, or went to an address that is not theirs
   * any more
   */
  async redeem(tx: Tx, purpose: Purpose, token: string): Promise<Bearer> {
    const [bearer] = await tx.query<Bearer[]>(REDEEM, [sha256(token), purpose]);
    if (bearer === undefined) throw new LinkInvalid();
    return bearer;
  }

  async withdraw(tx: Tx, purpose: Purpose, userId: string): Promise<void> {
    await tx.delete(OneTimeToken, { userId, purpose });
  }
}
