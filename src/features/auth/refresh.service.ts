import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { TokenInvalid } from '../../core/access/access.errors.js';
import { isLockNotAvailable } from '../../core/database/database-errors.js';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { outlivingRequest } from '../../core/http/request-context.js';
import { UsersService } from '../../core/identity/users.service.js';
import { refreshTokenReused } from './auth.audit.js';
import type { TokenPair } from './auth.dto.js';
import { RefreshInProgress, RefreshReused } from './auth.errors.js';
import { RefreshToken } from './refresh-token.entity.js';
import { Session } from './session.entity.js';
import { sha256 } from './opaque-token.js';
import { SessionsService } from './sessions.service.js';

/** When a request came in, on the clock of `performance.now()` */
type Arrival = Pick<FastifyRequest, 'arrivedAt'>;

/** After this long an exchange that nobody noted as answered never will be. */
const ANSWERED_WITHIN_SECONDS = 30;

interface Presented {
  readonly sessionId: string;
  readonly userId: string;
  readonly organizationId: string;
  readonly live: boolean;
  readonly used: boolean;
  /** It was used, but this request came before the answer to that was given, on whatever instance. */
  readonly overtaken: boolean;
}

type Outcome = { readonly pair: TokenPair } | { readonly reused: Presented };

/** Refresh tokens rotate, and a stolen one gives itself away (RFC 9700, section 4.14). */
@Injectable()
export class RefreshService {
  constructor(
    private readonly transactions: Transactions,
    private readonly sessions: SessionsService,
    private readonly users: UsersService,
    private readonly dataSource: DataSource,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(RefreshService.name);
  }

  /**
   * Exchanges a refresh token for a new pair, once. A second use ends the session, unless it was sent before the
   * first had been answered: such a twin gets REFRESH_IN_PROGRESS and ends nothing.
   */
  async refresh(refreshToken: string, arrival: Arrival): Promise<TokenPair> {
    const hash = sha256(refreshToken);
    const outcome = await this.transactions.run((tx) => this.exchange(tx, hash, arrival));
    if ('pair' in outcome) {
      await this.noteAnswer(hash);
      return outcome.pair;
    }
    const { sessionId, organizationId } = outcome.reused;
    await this.sessions.end({ sessionId, organizationId, userId: null }, refreshTokenReused);
    throw new RefreshReused();
  }

  private async exchange(tx: Tx, hash: Buffer, arrival: Arrival): Promise<Outcome> {
    const token = await this.present(tx, hash, arrival);
    if (token === undefined || !token.live) throw new TokenInvalid();
    if (token.overtaken) throw new RefreshInProgress();
    if (token.used) return { reused: token };
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
                coalesce(t.answered_at, t.used_at + make_interval(secs => $3))
                  > clock_timestamp() - make_interval(secs => $2) AS overtaken
           FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id
          WHERE t.hash = $1
            FOR UPDATE OF t NOWAIT`,
        [hash, waitedMs / 1000, ANSWERED_WITHIN_SECONDS],
      )
      .catch((thrown: unknown) => {
        throw isLockNotAvailable(thrown) ? new RefreshInProgress() : thrown;
      });
    return row;
  }

  private async rotate(tx: Tx, hash: Buffer, { sessionId, userId, organizationId }: Presented): Promise<TokenPair> {
    // Who has left the organization goes on in their own.
    const standing =
      (await this.users.standingOf(tx, userId, organizationId)) ?? (await this.users.standingOf(tx, userId));
    if (standing === undefined) throw new TokenInvalid();
    const seen = { organizationId: standing.organizationId, lastSeenAt: () => 'now()' };
    await tx.update(Session, { id: sessionId }, seen);
    const pair = await this.sessions.issue(tx, standing, sessionId);
    await tx.update(RefreshToken, { hash }, { usedAt: () => 'clock_timestamp()' });
    return pair;
  }

  /** What comes from now on was sent by somebody who could know the answer. */
  private async noteAnswer(hash: Buffer): Promise<void> {
    const noted = outlivingRequest(() =>
      this.dataSource.query('UPDATE refresh_tokens SET answered_at = clock_timestamp() WHERE hash = $1', [hash]),
    );
    // The new pair is in force already: without the note its twins only wait longer.
    await noted.catch((err: unknown) => this.logger.warn({ err }, 'the answer to a refresh was not noted'));
  }
}
