import { Injectable } from '@nestjs/common';
import { TokenInvalid } from '../../core/access/access.errors.js';
import { isLockNotAvailable } from '../../core/database/database-errors.js';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { Membership } from '../../core/identity/membership.entity.js';
import type { TokenPair } from './auth.dto.js';
import { RefreshInProgress, RefreshReused } from './auth.errors.js';
import { type Arrival, RecentRotations } from './recent-rotations.js';
import { RefreshToken } from './refresh-token.entity.js';
import { Revocations } from './revocations.js';
import { SessionsService, sha256 } from './sessions.service.js';

interface Presented {
  readonly sessionId: string;
  readonly userId: string;
  readonly organizationId: string;
  readonly live: boolean;
  readonly used: boolean;
  /** It was used, but after this request had arrived. */
  readonly overtaken: boolean;
}

type Outcome = { readonly pair: TokenPair } | { readonly reusedIn: string };

/** Refresh tokens rotate, and a stolen one gives itself away (RFC 9700, section 4.14). */
@Injectable()
export class RefreshService {
  private readonly rotations = new RecentRotations();

  constructor(
    private readonly transactions: Transactions,
    private readonly sessions: SessionsService,
    private readonly revocations: Revocations,
  ) {}

  /**
   * Exchanges a refresh token for a new pair, once. A second use ends the session, unless it was sent before the
   * first had been answered: such a twin gets REFRESH_IN_PROGRESS and ends nothing.
   */
  async refresh(refreshToken: string, arrival: Arrival): Promise<TokenPair> {
    const hash = sha256(refreshToken);
    try {
      // Ending the session must outlive the refusal, so it is an outcome of the transaction and not an error in it.
      const outcome = await this.transactions.run((tx) => this.exchange(tx, hash, arrival));
      if ('pair' in outcome) return outcome.pair;
      await this.revocations.announce(outcome.reusedIn);
      throw new RefreshReused();
    } finally {
      this.rotations.ended(hash.toString('hex'), arrival);
    }
  }

  private async exchange(tx: Tx, hash: Buffer, arrival: Arrival): Promise<Outcome> {
    const token = await this.present(tx, hash, arrival);
    if (token === undefined || !token.live) throw new TokenInvalid();
    if (token.overtaken || this.rotations.overtook(hash.toString('hex'), arrival)) throw new RefreshInProgress();
    if (token.used) {
      await this.sessions.revoke(tx, token.sessionId);
      return { reusedIn: token.sessionId };
    }
    this.rotations.started(hash.toString('hex'), arrival);
    return { pair: await this.rotate(tx, hash, token) };
  }

  /** Locks the token, or learns that a twin has the lock. The database's clock decides who came first. */
  private async present(tx: Tx, hash: Buffer, { arrivedAt }: Arrival): Promise<Presented | undefined> {
    const waitedMs = performance.now() - arrivedAt;
    const [row] = await tx
      .query<Presented[]>(
        `SELECT s.id AS "sessionId", s.user_id AS "userId", s.organization_id AS "organizationId",
                s.revoked_at IS NULL AND s.expires_at > now() AS live,
                t.used_at IS NOT NULL AS used,
                coalesce(t.used_at > clock_timestamp() - make_interval(secs => $2), false) AS overtaken
           FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id
          WHERE t.hash = $1
            FOR UPDATE OF t NOWAIT`,
        [hash, waitedMs / 1000],
      )
      .catch((thrown: unknown) => {
        throw isLockNotAvailable(thrown) ? new RefreshInProgress() : thrown;
      });
    return row;
  }

  private async rotate(tx: Tx, hash: Buffer, { sessionId, userId, organizationId }: Presented): Promise<TokenPair> {
    const membership = await tx.findOneBy(Membership, { userId, organizationId });
    if (membership === null) throw new TokenInvalid();
    const pair = await this.sessions.issue(tx, { userId, organizationId, role: membership.role, sessionId });
    // Last, so that the time it notes is as near to the commit as can be.
    await tx.update(RefreshToken, { hash }, { usedAt: () => 'clock_timestamp()' });
    return pair;
  }
}
