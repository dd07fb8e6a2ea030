import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { Actor } from '../../core/access/actor.js';
import { Audit, type Doer } from '../../core/audit/audit.service.js';
import type { AuditAction } from '../../core/audit/define-audit-action.js';
import { outlivingRequest } from '../../core/http/request-context.js';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import type { Standing } from '../../core/identity/users.service.js';
import { AccessTokens } from './access-tokens.js';
import { sessionOpened } from './auth.audit.js';
import { authConfig, type AuthConfig } from './auth.config.js';
import type { TokenPair } from './auth.dto.js';
import { RefreshToken } from './refresh-token.entity.js';
import { Revocations } from './revocations.js';
import { Session } from './session.entity.js';

const DAY_MS = 86_400_000;

/** A session, and who ends it, if that is known. */
type Ending = Doer & Pick<Actor, 'sessionId'>;

/** Sign-ins, and the tokens that they live by. */
@Injectable()
export class SessionsService {
  constructor(
    @Inject(authConfig.KEY) private readonly config: AuthConfig,
    private readonly accessTokens: AccessTokens,
    private readonly transactions: Transactions,
    private readonly revocations: Revocations,
    private readonly audit: Audit,
  ) {}

  /** Opens a session in an organization of the user. */
  async open(tx: Tx, standing: Standing): Promise<TokenPair> {
    const { userId, organizationId } = standing;
    const sessionId = uuidv7();
    const expiresAt = new Date(Date.now() + this.config.refreshTtlDays * DAY_MS);
    await tx.insert(Session, { id: sessionId, userId, organizationId, expiresAt });
    await this.audit.record(tx, standing, sessionOpened, { type: 'session', id: sessionId });
    return this.issue(tx, { ...standing, sessionId });
  }

  /** The next pair of tokens of an open session. */
  async issue(tx: Tx, actor: Actor): Promise<TokenPair> {
    const refreshToken = randomBytes(32).toString('base64url');
    await tx.insert(RefreshToken, { hash: sha256(refreshToken), sessionId: actor.sessionId });
    const accessToken = await this.accessTokens.issue(actor);
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

  /** Of two that end it, one writes it down. */
  private async revoke(tx: Tx, { sessionId, ...doer }: Ending, why: AuditAction): Promise<void> {
    const live = { id: sessionId, revokedAt: IsNull() };
    const { affected } = await tx.update(Session, live, { revokedAt: () => 'clock_timestamp()' });
    if (affected) await this.audit.record(tx, doer, why, { type: 'session', id: sessionId });
  }
}

export function sha256(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
