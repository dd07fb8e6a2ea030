import { Inject, Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { Actor } from '../../core/access/actor.js';
import { Audit, type Doer } from '../../core/audit/audit.service.js';
import type { AuditAction } from '../../core/audit/define-audit-action.js';
import { afterCommit } from '../../core/database/after-commit.js';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { Events } from '../../core/events/events.service.js';
import { currentRequest, outlivingRequest } from '../../core/http/request-context.js';
import type { Standing } from '../../core/identity/users.service.js';
import { AccessTokens } from './access-tokens.js';
import { sessionDisplaced, sessionOpened, sessionOpenedOnNewDevice } from './auth.audit.js';
import { deviceAdded } from './auth.events.js';
import { authConfig, type AuthConfig } from './auth.config.js';
import type { TokenPair } from './auth.dto.js';
import { InvalidCredentials } from './auth.errors.js';
import { opaqueToken, sha256 } from './opaque-token.js';
import { RefreshToken } from './refresh-token.entity.js';
import { Revocations } from './revocations.js';
import { Session } from './session.entity.js';

const DAY_MS = 86_400_000;
const MOST_SESSIONS = 10;

interface Devices {
  readonly here: boolean;
  readonly known: number;
  readonly same: number;
}

/** A session, and who ends it, if that is known. */
type Ending = Doer & Pick<Actor, 'sessionId'>;

// Who signs in twice at once does it one after the other, and nobody does who is erased or suspended meanwhile.
const DEVICES = `
  WITH mine AS (
    SELECT FROM users WHERE id = $1 AND erased_at IS NULL AND suspended_at IS NULL FOR NO KEY UPDATE)
  SELECT count(*) > 0 AS here, count(s.id)::int AS known, count(*) FILTER (WHERE s.user_agent = $2)::int AS same
    FROM mine LEFT JOIN sessions s ON s.user_id = $1`;

const DISPLACE = `
  WITH ended AS (
    UPDATE sessions SET revoked_at = clock_timestamp() WHERE id IN (
      SELECT id FROM sessions WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > now()
       ORDER BY id DESC OFFSET $2)
    RETURNING id)
  SELECT id FROM ended`;

const END_ALL = `
  WITH ended AS (
    UPDATE sessions SET revoked_at = clock_timestamp()
     WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > now() AND id IS DISTINCT FROM $2
    RETURNING id)
  SELECT id FROM ended`;

/** Sign-ins, and the tokens that they live by. */
@Injectable()
export class SessionsService {
  constructor(
    @Inject(authConfig.KEY) private readonly config: AuthConfig,
    private readonly accessTokens: AccessTokens,
    private readonly transactions: Transactions,
    private readonly revocations: Revocations,
    private readonly audit: Audit,
    private readonly events: Events,
  ) {}

  /**
   * Opens a session in an organization of the user. Of more than ten the oldest ends.
   * @throws {InvalidCredentials} if the user is gone, or suspended, since they were looked up
   */
  async open(tx: Tx, standing: Standing): Promise<TokenPair> {
    const { userId, organizationId } = standing;
    const id = uuidv7();
    const expiresAt = new Date(Date.now() + this.config.refreshTtlDays * DAY_MS);
    const { userAgent = '', address } = currentRequest() ?? {};
    await this.noteDevice(tx, standing, id, userAgent);
    await tx.insert(Session, { id, userId, organizationId, expiresAt, userAgent, address });
    await this.audit.record(tx, standing, sessionOpened, { type: 'session', id });
    for (const displaced of await this.endBy(tx, DISPLACE, [userId, MOST_SESSIONS])) {
      await this.audit.record(tx, standing, sessionDisplaced, { type: 'session', id: displaced });
    }
    return this.issue(tx, standing, id);
  }

  /** The next pair of tokens of an open session. */
  async issue(tx: Tx, standing: Standing, sessionId: string): Promise<TokenPair> {
    const refreshToken = opaqueToken();
    await tx.insert(RefreshToken, { hash: sha256(refreshToken), sessionId });
    const accessToken = await this.accessTokens.issue(standing, sessionId);
    return { accessToken, refreshToken, expiresIn: this.config.accessTtlSeconds };
  }

  /**
   * Ends a session on every instance, for good, and also if the client that asked for it does not wait.
   * @param why what of it stands in the audit log
   */
  async end(session: Ending, why: AuditAction): Promise<void> {
    await outlivingRequest(() => this.transactions.run((tx) => this.revoke(tx, session, why)));
    await this.revocations.announce(session.sessionId);
  }

  /**
   * Ends all sessions of a user as soon as the transaction commits.
   * @param but the one to leave, if any
   */
  async endAll(tx: Tx, userId: string, but?: string): Promise<void> {
    await this.endBy(tx, END_ALL, [userId, but]);
  }

  private async endBy(tx: Tx, statement: string, values: unknown[]): Promise<string[]> {
    const ended = await tx.query<{ id: string }[]>(statement, values);
    const ids = ended.map(({ id }) => id);
    if (ids.length > 0) afterCommit(tx, () => this.revocations.announce(...ids));
    return ids;
  }

  private async noteDevice(tx: Tx, standing: Standing, id: string, userAgent: string): Promise<void> {
    const [device] = await tx.query<Devices[]>(DEVICES, [standing.userId, userAgent]);
    if (!device?.here) throw new InvalidCredentials();
    if (device.known === 0 || device.same > 0) return;
    await this.audit.record(tx, standing, sessionOpenedOnNewDevice, { type: 'session', id });
    await this.events.publish(tx, standing, deviceAdded, { userId: standing.userId, sessionId: id, userAgent });
  }

  /** Of two that end it, one writes it down. */
  private async revoke(tx: Tx, { sessionId, ...doer }: Ending, why: AuditAction): Promise<void> {
    const live = { id: sessionId, revokedAt: IsNull() };
    const { affected } = await tx.update(Session, live, { revokedAt: () => 'clock_timestamp()' });
    if (affected) await this.audit.record(tx, doer, why, { type: 'session', id: sessionId });
  }
}
