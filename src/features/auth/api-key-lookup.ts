import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../../core/access/actor.js';
import { ApiKeyHasher } from './api-key-hasher.js';

// By the unique index, whatever the organization_id: it is what the key tells.
const FIND = `
  SELECT k.hash, k.id AS "sessionId", k.user_id AS "userId", k.organization_id AS "organizationId", k.scopes, m.role,
         u.email_verified_at IS NOT NULL AS "emailVerified", u.access_version AS "accessVersion",
         extract(epoch FROM k.expires_at)::float8 * 1000 AS "expiresAt"
    FROM api_keys k
    JOIN memberships m ON m.organization_id = k.organization_id AND m.user_id = k.user_id
    JOIN users u ON u.id = k.user_id
   WHERE k.hash = ANY ($1::bytea[]) AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
     AND u.suspended_at IS NULL`;

interface Row extends Omit<Actor, 'administrator'> {
  readonly hash: Buffer;
  readonly accessVersion: number;
  readonly expiresAt: number | null;
}

/** Whom a key lets in. */
export interface ProvenKey {
  readonly actor: Actor;
  /** Which state of what they may do this is */
  readonly accessVersion: number;
  /** On the clock of `Date.now()` */
  readonly expiresAt?: number;
  /** Hexadecimal, with the pepper of today */
  readonly hash: string;
}

/** Finds keys in the database: one statement for each, however many there are. */
@Injectable()
export class ApiKeyLookup {
  constructor(
    private readonly dataSource: DataSource,
    private readonly hasher: ApiKeyHasher,
  ) {}

  /** @returns undefined if there is none that lets anybody in */
  async find(key: string): Promise<ProvenKey | undefined> {
    const hashes = this.hasher.hashes(key);
    const [row] = await this.dataSource.query<Row[]>(FIND, [hashes]);
    if (row === undefined || !this.hasher.isOneOf(row.hash, hashes)) return undefined;
    const { accessVersion, expiresAt, hash: _, ...actor } = row;
    return {
      // Who runs the platform does so signed in.
      actor: { ...actor, administrator: false },
      accessVersion,
      hash: this.hasher.hash(key).toString('hex'),
      ...(expiresAt !== null && { expiresAt }),
    };
  }
}
