import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { SessionEnded } from '../../core/access/access.errors.js';
import type { Actor } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import { Transactions } from '../../core/database/transactions.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { UsersService } from '../../core/identity/users.service.js';
import { sessionSwitched } from './auth.audit.js';
import type { TokenPair } from './auth.dto.js';
import type { SwitchOrganization } from './organization.dto.js';
import { RefreshToken } from './refresh-token.entity.js';
import { Session } from './session.entity.js';
import { SessionsService } from './sessions.service.js';

/** How a session comes to work in another organization. */
@Injectable()
export class OrganizationSwitch {
  constructor(
    private readonly transactions: Transactions,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly audit: Audit,
  ) {}

  /**
   * The next pair of tokens of the session, for the other organization. Its refresh tokens from before are used up; the
   * access token from before goes on in the old organization until it expires, with whatever its user may do there by then.
   * @throws {NotFound} for an organization that they do not belong to, as for one that does not exist
   * @throws {SessionEnded}
   */
  switch({ userId, sessionId: id }: Actor, { organizationId }: SwitchOrganization): Promise<TokenPair> {
    return this.transactions.run(async (tx) => {
      const standing = await this.users.standingOf(tx, userId, organizationId);
      if (standing === undefined) throw new NotFound('The organization');
      const live = { id, userId, revokedAt: IsNull(), expiresAt: MoreThan(new Date()) };
      const { affected } = await tx.update(Session, live, { organizationId, lastSeenAt: () => 'now()' });
      if (affected === 0) throw new SessionEnded();
      // While its session is held, so that of two who switch at once one leaves nothing behind.
      await tx.update(RefreshToken, { sessionId: id, usedAt: IsNull() }, { usedAt: () => 'clock_timestamp()' });
      await this.audit.record(tx, standing, sessionSwitched, { type: 'session', id });
      return this.sessions.issue(tx, standing, id);
    });
  }
}
