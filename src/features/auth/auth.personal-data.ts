import { Injectable, type OnModuleInit } from '@nestjs/common';
import { afterCommit } from '../../core/database/after-commit.js';
import type { Tx } from '../../core/database/transactions.js';
import { PersonalData } from '../../core/privacy/personal-data.js';
import type { PersonalTable } from '../../core/privacy/personal-table.js';
import { Revocations } from './revocations.js';
import { SessionsService } from './sessions.service.js';

const DIGEST = 'a digest, of use to nobody but us';

const KEYS = 'SELECT id FROM api_keys WHERE user_id = $1 /* whatever the organization_id */';

/** What people sign in with. Whoever goes is signed out everywhere first. */
@Injectable()
export class ProofsOfPeople implements OnModuleInit {
  constructor(
    private readonly personalData: PersonalData,
    private readonly sessions: SessionsService,
    private readonly revocations: Revocations,
  ) {}

  onModuleInit(): void {
    this.personalData.declare(
      { table: 'credentials', tells: ['user_id', 'updated_at'], withholds: { password_hash: DIGEST } },
      { ...SESSIONS, endFirst: (tx, { id }) => this.sessions.endAll(tx, id) },
      REFRESH_TOKENS,
      ONE_TIME_TOKENS,
      INVITATIONS,
      { ...API_KEYS, endFirst: (tx, { id }) => this.endKeys(tx, id) },
    );
  }

  private async endKeys(tx: Tx, userId: string): Promise<void> {
    const keys = await tx.query<{ id: string }[]>(KEYS, [userId]);
    if (keys.length > 0) afterCommit(tx, () => this.revocations.announce(...keys.map(({ id }) => id)));
  }
}

const SESSIONS: PersonalTable = {
  table: 'sessions',
  tells: [
    ...['id', 'user_id', 'organization_id', 'user_agent', 'address'],
    ...['created_at', 'last_seen_at', 'expires_at', 'revoked_at'],
  ],
};

const REFRESH_TOKENS: PersonalTable = {
  table: 'refresh_tokens',
  whose: 'session_id IN (SELECT id FROM sessions WHERE user_id = person_id)',
  tells: ['session_id', 'created_at', 'used_at', 'answered_at'],
  withholds: { hash: DIGEST },
};

const ONE_TIME_TOKENS: PersonalTable = {
  table: 'one_time_tokens',
  tells: ['user_id', 'purpose', 'email', 'created_at', 'expires_at', 'used_at'],
  withholds: { hash: DIGEST },
};

const INVITATIONS: PersonalTable = {
  table: 'invitations',
  whose: 'email = person_email OR organization_id = ANY (closing_ids)',
  tells: ['id', 'organization_id', 'email', 'role', 'created_at', 'expires_at'],
  withholds: { token_hash: DIGEST, invited_by: 'somebody else' },
};

const API_KEYS: PersonalTable = {
  table: 'api_keys',
  tells: [
    ...['id', 'organization_id', 'user_id', 'name', 'prefix', 'scopes'],
    ...['created_at', 'expires_at', 'last_used_at', 'replaced_at', 'revoked_at'],
  ],
  withholds: { hash: DIGEST },
};
