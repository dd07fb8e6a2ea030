import { Body, Controller, Delete, Get, HttpCode, Module, type OnModuleInit, Patch } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { DataSource } from 'typeorm';
import { CurrentActor, RequiresRole } from '../../src/core/access/access.decorators.js';
import type { Actor } from '../../src/core/access/actor.js';
import { Authenticators } from '../../src/core/access/authenticators.js';
import { type Cache, noTenantYet } from '../../src/core/cache/cache.js';
import { Caches } from '../../src/core/cache/caches.js';
import { Transactions } from '../../src/core/database/transactions.js';
import { RenameTestPerson, TestPersonView } from './cached.dto.js';

export const KEYS = `
  CREATE TABLE test_keys (hash text PRIMARY KEY, organization_id uuid NOT NULL, user_id uuid NOT NULL)`;
export const KEY_HEADER = 'x-test-key';

type Identity = Omit<Actor, 'role'>;

export const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');

/** People who prove themselves with keys: both are read through a cache, as a feature would. */
@Controller('test/cached')
@RequiresRole('member')
export class CachedController implements OnModuleInit {
  private readonly identities: Cache<Identity | undefined>;
  private readonly people: Cache<TestPersonView>;

  constructor(
    caches: Caches,
    private readonly authenticators: Authenticators,
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {
    this.identities = caches.define('test-identities', { ttlSeconds: 60 });
    this.people = caches.define('test-people', { ttlSeconds: 60 });
  }

  onModuleInit(): void {
    this.authenticators.register(async ({ headers }) => {
      const key = headers[KEY_HEADER];
      if (typeof key !== 'string') return undefined;
      const identity = await this.identities.get(noTenantYet, hashOf(key), () => this.findIdentity(hashOf(key)));
      return identity && { actor: { ...identity, role: 'member' } };
    });
  }

  @Get('me')
  read(@CurrentActor() actor: Actor): Promise<TestPersonView> {
    return this.people.get(actor, actor.userId, () => this.findPerson(actor.userId));
  }

  @Patch('me')
  rename(@CurrentActor() actor: Actor, @Body() { name }: RenameTestPerson): Promise<TestPersonView> {
    return this.transactions.run(async (tx) => {
      await tx.query('UPDATE users SET name = $1 WHERE id = $2', [name, actor.userId]);
      this.people.evictAfter(tx, actor, actor.userId);
      return { id: actor.userId, name };
    });
  }

  @Delete('key')
  @HttpCode(204)
  revoke(@CurrentActor() { sessionId }: Actor): Promise<void> {
    return this.transactions.run(async (tx) => {
      await tx.query('DELETE FROM test_keys WHERE hash = $1', [sessionId]);
      this.identities.evictAfter(tx, noTenantYet, sessionId);
    });
  }

  private async findIdentity(hash: string): Promise<Identity | undefined> {
    const [identity] = await this.dataSource.query<Identity[]>(
      `SELECT user_id AS "userId", organization_id AS "organizationId", hash AS "sessionId", false AS administrator,
              true AS "emailVerified"
         FROM test_keys WHERE hash = $1`,
      [hash],
    );
    return identity;
  }

  private async findPerson(id: string): Promise<TestPersonView> {
    const [person] = await this.dataSource.query<[TestPersonView]>('SELECT id, name FROM users WHERE id = $1', [id]);
    return person;
  }
}

@Module({ controllers: [CachedController] })
export class CachedRoutesModule {}
