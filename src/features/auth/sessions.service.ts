import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { TokenInvalid } from '../../core/access/access.errors.js';
import type { Actor } from '../../core/access/actor.js';
import { isLockNotAvailable } from '../../core/database/database-errors.js';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { Membership } from '../../core/identity/membership.entity.js';
import { AccessTokens } from './access-tokens.js';
import { authConfig, type AuthConfig } from './auth.config.js';
import type { TokenPair } from './auth.dto.js';
import { RefreshInProgress, RefreshReused } from './auth.errors.js';
import { RefreshToken } from './refresh-token.entity.js';
import { Session } from './session.entity.js';

interface Presented {
  readonly sessionId: string;
  readonly userId: string;
  readonly organizationId: string;
  readonly live: boolean;
  readonly used: boolean;
  /** It was used, but after this request had arrived. */
  readonly overtaken: boolean;
}

type Outcome = { readonly pair: TokenPair } | { readonly reused: true };

const DAY_MS = 86_400_000;

/** Sign-ins and the refresh tokens that keep them alive (RFC 9700, section 4.14). */
@Injectable()
export class SessionsService {
  constructor(
    @Inject(authConfig.KEY) private readonly config: AuthConfig,
    private readonly transactions: Transactions,
    private readonly accessTokens: AccessTokens,
  ) {}

  /** Opens a session in an organization of the user. */
  async open(tx: Tx, { userId, organizationId, role }: Membership): Promise<TokenPair> {
    const sessionId = uuidv7();
    const expiresAt = new Date(Date.now() + this.config.refreshTtlDays * DAY_MS);
    await tx.insert(Session, { id: sessionId, userId, organizationId, expiresAt });
    return this.issue(tx, { userId, organizationId, role, sessionId });
  }

  /**
   * Exchanges a refresh token for a new pair, once. A second use ends the session, unless it was sent before the
   * first had been answered: such a twin gets REFRESH_IN_PROGRESS and ends nothing.
   */
  async refresh(refreshToken: string, arrivedAt: number): Promise<TokenPair> {
    const hash = sha256(refreshToken);
    // Ending the session must outlive the refusal, so it is an outcome of the transaction and not an error in it.
    const outcome = await this.transactions.run((tx) => this.exchange(tx, hash, arrivedAt));
    if ('reused' in outcome) throw new RefreshReused();
    return outcome.pair;
  }

  private async exchange(tx: Tx, hash: Buffer, arrivedAt: number): Promise<Outcome> {
    const token = await this.present(tx, hash, arrivedAt);
    if (token === undefined || !token.live) throw new TokenInvalid();
    if (token.overtaken) throw new RefreshInProgress();
    if (token.used) {
      await tx.update(Session, { id: token.sessionId }, { revokedAt: () => 'now()' });
      return { reused: true };
    }
    const { sessionId, userId, organizationId } = token;
    const membership = await tx.findOneBy(Membership, { userId, organizationId });
    if (membership === null) throw new TokenInvalid();
    await tx.update(RefreshToken, { hash }, { usedAt: () => 'clock_timestamp()' });
    return { pair: await this.issue(tx, { userId, organizationId, role: membership.role, sessionId }) };
  }

  /** Locks the token, or learns that a twin has the lock. The database's clock decides who came first. */
  private async present(tx: Tx, hash: Buffer, arrivedAt: number): Promise<Presented | undefined> {
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

  private async issue(tx: Tx, actor: Actor): Promise<TokenPair> {
    const refreshToken = randomBytes(32).toString('base64url');
    await tx.insert(RefreshToken, { hash: sha256(refreshToken), sessionId: actor.sessionId });
    const accessToken = await this.accessTokens.issue(actor);
    return { accessToken, refreshToken, expiresIn: this.config.accessTtlSeconds };
  }
}

function sha256(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
