import { Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { type Actor, type Role } from '../../src/core/access/actor.js';
import { Authenticators } from '../../src/core/access/authenticators.js';
import { Transactions } from '../../src/core/database/transactions.js';
import { Membership } from '../../src/core/identity/membership.entity.js';
import { User } from '../../src/core/identity/user.entity.js';
import { UsersService } from '../../src/core/identity/users.service.js';

export const ACTOR_HEADER = 'x-test-actor';

/** Mints actors without signing in: what is not about sign-in should not depend on it, or on its limits. */
@Injectable()
export class Actors implements OnModuleInit {
  constructor(
    private readonly authenticators: Authenticators,
    private readonly transactions: Transactions,
    private readonly users: UsersService,
  ) {}

  onModuleInit(): void {
    this.authenticators.register(({ headers }) => {
      const actor = headers[ACTOR_HEADER];
      return Promise.resolve(typeof actor === 'string' ? { actor: JSON.parse(actor) as Actor } : undefined);
    });
  }

  /** Makes a person with an organization of their own, in which they have this role. */
  mint(role: Role = 'owner', administrator = false): Promise<Actor> {
    return this.transactions.run(async (tx) => {
      const email = `${randomUUID()}@example.org`;
      const user = await this.users.create(tx, { email, name: 'Somebody', emailVerifiedAt: new Date() });
      const { organizationId } = await tx.findOneByOrFail(Membership, { userId: user.id });
      await tx.update(Membership, { organizationId, userId: user.id }, { role });
      if (administrator) await tx.update(User, { id: user.id }, { administrator });
      return { userId: user.id, organizationId, role, administrator, emailVerified: true, sessionId: randomUUID() };
    });
  }
}

@Module({ providers: [Actors], exports: [Actors] })
export class ActorsModule {}
