import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Tx } from '../database/transactions.js';
import { NotFound } from '../errors/core.errors.js';
import { Membership } from './membership.entity.js';
import { Organization } from './organization.entity.js';
import { User } from './user.entity.js';
import './identity.errors.js';

export interface NewUser {
  readonly email: string;
  readonly name: string;
}

// Read with almost every request: written out, it costs half of what TypeORM takes to make it up anew each time.
const BY_ID = `
  SELECT id, email, name, created_at AS "createdAt", updated_at AS "updatedAt" FROM users WHERE id = $1`;

/** Who exists. */
@Injectable()
export class UsersService {
  /**
   * Creates a person with a personal organization of their own. That an address is taken is decided by constraint
   * `users_email_key` (EMAIL_TAKEN).
   */
  async create(tx: Tx, { email, name }: NewUser): Promise<User> {
    const id = uuidv7();
    const organizationId = uuidv7();
    await tx.insert(User, { id, email: normalizeEmail(email), name });
    await tx.insert(Organization, { id: organizationId, name });
    await tx.insert(Membership, { organizationId, userId: id, role: 'owner' });
    return tx.findOneByOrFail(User, { id });
  }

  /** @throws {NotFound} */
  async get(tx: Tx, id: string): Promise<User> {
    const [user] = await tx.query<User[]>(BY_ID, [id]);
    if (user === undefined) throw new NotFound('The user');
    return user;
  }

  /** The organization that somebody starts in: their oldest. */
  async homeOf(tx: Tx, userId: string): Promise<Membership | null> {
    return tx.findOne(Membership, { where: { userId }, order: { organizationId: 'ASC' } });
  }
}

export const normalizeEmail = (email: string): string => email.trim().toLowerCase();
