import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { TokenExpired } from '../../core/access/access.errors.js';
import type { Actor } from '../../core/access/actor.js';
import { type Standing, UsersService } from '../../core/identity/users.service.js';

const MOST = 10_000;

/** What people may do whose proofs are older than the last change of that: read once for each change. */
@Injectable()
export class Standings {
  private readonly known = new LRUCache<string, Standing>({ max: MOST });

  constructor(
    private readonly dataSource: DataSource,
    private readonly users: UsersService,
  ) {}

  /** @throws {TokenExpired} for whoever does not belong to the organization any more: they may belong to another */
  async renew(actor: Actor, accessVersion: number): Promise<Actor> {
    const { role, administrator, emailVerified } = await this.of(actor, accessVersion);
    return { ...actor, role, administrator: administrator && actor.scopes === undefined, emailVerified };
  }

  private async of({ userId, organizationId }: Actor, accessVersion: number): Promise<Standing> {
    const id = `${userId} ${organizationId}`;
    const known = this.known.get(id);
    if (known !== undefined && known.accessVersion >= accessVersion) return known;
    const standing = await this.users.standingOf(this.dataSource.manager, userId, organizationId);
    if (standing === undefined) throw new TokenExpired();
    this.known.set(id, standing);
    return standing;
  }
}
