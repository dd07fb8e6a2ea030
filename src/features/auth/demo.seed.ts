import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Tx } from '../../core/database/transactions.js';
import { User } from '../../core/identity/user.entity.js';
import { DemoSeeds } from '../../core/seeding/demo-seeds.js';
import { AuthService } from './auth.service.js';
import { PasswordHasher } from './password-hasher.js';

const DEMO = { email: 'demo@aerie.example', name: 'Demo', password: 'aerie-demo-account' };

/** Somebody to sign in as on the first start. */
@Injectable()
export class DemoSeed implements OnModuleInit {
  constructor(
    private readonly seeds: DemoSeeds,
    private readonly auth: AuthService,
    private readonly hasher: PasswordHasher,
  ) {}

  onModuleInit(): void {
    this.seeds.register({
      plant: (tx) => this.plant(tx),
      hints: [`sign in as ${DEMO.email} with password ${DEMO.password}`],
    });
  }

  private async plant(tx: Tx): Promise<void> {
    const { password, ...person } = DEMO;
    if (await tx.existsBy(User, { email: person.email })) return;
    await this.auth.enroll(tx, { ...person, emailVerifiedAt: new Date() }, await this.hasher.hash(password));
  }
}
