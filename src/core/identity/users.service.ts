import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Actor } from '../access/actor.js';
import type { Tx } from '../database/transactions.js';
import { NotFound } from '../errors/core.errors.js';
import { Membership } from './membership.entity.js';
import { Organization } from './organization.entity.js';
import { User } from './user.entity.js';
import './identity.errors.js';

export interface NewUser {
  readonly email: string;
  readonly name: string;
  /** By a link that was mailed there, if it was */
  readonly emailVerifiedAt?: Date;
}

// Read with almost every request: written out, it costs half of what TypeORM takes to make it up anew each time.
const BY_ID = `
  SELECT id, email, name, administrator, email_verified_at AS "emailVerifiedAt", suspended_at AS "suspendedAt",
         erased_at AS "erasedAt", created_at AS "createdAt", updated_at AS "updatedAt"
    FROM users WHERE id = $1`;

/** Somebody in one of their organizations, and what they may do there and on the platform. */
export interface Standing extends Omit<Actor, 'sessionId' | 'scopes'> {
  /** Which state of what they may do this is */
  readonly accessVersion: number;
}

const STANDINGS = `
  SELECT m.user_id AS "userId", m.organization_id AS "organizationId", m.role, u.administrator,
         u.email_verified_at IS NOT NULL AS "emailVerified", u.access_version AS "accessVersion"
    FROM memberships m JOIN users u ON u.id = m.user_id
   WHERE m.user_id = $1 AND ($2::uuid IS NULL OR m.organization_id = $2) AND u.suspended_at IS NULL ORDER BY m.organization_id LIMIT 1`;

const HOMELESS = `
  SELECT id, name FROM users u
   WHERE id = ANY ($1) AND NOT EXISTS (SELECT FROM memberships m WHERE m.user_id = u.id)`;

/** Who exists. */
@Injectable()
export class UsersService {
  /**
   * Creates a person with a personal organization of their own. That an address is taken is decided by constraint
   * `users_email_key` (EMAIL_TAKEN).
   */
  async create(tx: Tx, { email, name, emailVerifiedAt }: NewUser): Promise<User> {
    const id = uuidv7();
    await tx.insert(User, { id, email: normalizeEmail(email), name, emailVerifiedAt });
    await this.found(tx, id, name);
    return tx.findOneByOrFail(User, { id });
  }

  /** Makes an organization that somebody owns. */
  async found(tx: Tx, userId: string, name: string): Promise<Organization> {
    const id = uuidv7();
    await tx.insert(Organization, { id, name });
    await tx.insert(Membership, { organizationId: id, userId, role: 'owner' });
    return tx.findOneByOrFail(Organization, { id });
  }

  /**
   * Gives those a new personal organization who belong to none any more, so that nobody is locked out. To be called
   * after their memberships ended: that holds their rows, so that of two who end the last ones one sees it.
   */
  async rehome(tx: Tx, userIds: readonly string[]): Promise<void> {
    for (const { id, name } of await tx.query<User[]>(HOMELESS, [userIds])) await this.found(tx, id, name);
  }

  /** @throws {NotFound} */
  async get(tx: Tx, id: string): Promise<User> {
    const [user] = await tx.query<User[]>(BY_ID, [id]);
    if (user === undefined) throw new NotFound('The user');
    return user;
  }

  /**
   * What somebody is in an organization, by default in the one that they start in: their oldest.
   * @returns undefined if they do not belong to it, or are suspended
   */
  async standingOf(tx: Tx, userId: string, organizationId?: string): Promise<Standing | undefined> {
    const [standing] = await tx.query<Standing[]>(STANDINGS, [userId, organizationId]);
    return standing;
  }
}

export const normalizeEmail = (email: string): string => email.trim().toLowerCase();
