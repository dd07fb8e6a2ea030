import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import { passwordRefused } from './auth.audit.js';
import { InvalidCredentials } from './auth.errors.js';
import { Credential } from './credential.entity.js';
import { PasswordHasher } from './password-hasher.js';

/** The password asked for once more, before what an open session alone must not be able to do. */
@Injectable()
export class CurrentPassword {
  constructor(
    private readonly dataSource: DataSource,
    private readonly hasher: PasswordHasher,
    private readonly audit: Audit,
  ) {}

  /**
   * Limit how often a route may ask: whoever found an open session could try passwords.
   * @returns the hash that it was held against
   * @throws {InvalidCredentials} and writes it down
   */
  async demand(actor: Actor, password: string): Promise<string> {
    const { userId } = actor;
    const credential = await this.dataSource.manager.findOneBy(Credential, { userId });
    if ((await this.hasher.matches(credential?.passwordHash, password)) && credential !== null) {
      return credential.passwordHash;
    }
    await this.audit.recordAlone(actor, passwordRefused, { type: 'user', id: userId });
    throw new InvalidCredentials();
  }
}
