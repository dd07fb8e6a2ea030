import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, Not } from 'typeorm';
import { type Tx, Transactions } from '../../core/database/transactions.js';
import { Anomalies } from '../../core/audit/anomalies.js';
import { Audit } from '../../core/audit/audit.service.js';
import { outlivingRequest } from '../../core/http/request-context.js';
import { type NewUser, normalizeEmail, UsersService } from '../../core/identity/users.service.js';
import { User } from '../../core/identity/user.entity.js';
import { accountRegistered, signInFailed } from './auth.audit.js';
import type { LoginRequest, RegisterRequest, TokenPair } from './auth.dto.js';
import { AccountSuspended, InvalidCredentials } from './auth.errors.js';
import { Credential } from './credential.entity.js';
import { EmailVerification } from './email-verification.service.js';
import { PasswordHasher } from './password-hasher.js';
import { SessionsService } from './sessions.service.js';
import { toUserView, type UserView } from './user.dto.js';

/** Has no account. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Proof of identity by password. */
@Injectable()
export class AuthService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly hasher: PasswordHasher,
    private readonly verification: EmailVerification,
    private readonly audit: Audit,
    private readonly anomalies: Anomalies,
  ) {}

  /** Creates an account, and mails a link to verify its address. Of two with one address constraint `users_email_key` lets one through. */
  async register({ password, ...newUser }: RegisterRequest): Promise<UserView> {
    const passwordHash = await this.hasher.hash(password);
    return this.transactions.run(async (tx) => {
      const user = await this.enroll(tx, newUser, passwordHash);
      const home = await this.users.standingOf(tx, user.id);
      const organizationId = home?.organizationId ?? null;
      await this.audit.record(tx, { organizationId, userId: user.id }, accountRegistered, {
        type: 'user',
        id: user.id,
      });
      await this.verification.begin(tx, user.id);
      return toUserView(user);
    });
  }

  async enroll(tx: Tx, newUser: NewUser, passwordHash: string): Promise<User> {
    const user = await this.users.create(tx, newUser);
    await tx.insert(Credential, { userId: user.id, passwordHash });
    return user;
  }

  /**
   * @throws {InvalidCredentials} after the same time and with the same words, whatever was wrong
   * @throws {AccountSuspended} to whoever knows the password only
   */
  async login({ email, password }: LoginRequest): Promise<TokenPair> {
    const credential = await this.findCredential(email);
    const right = await this.hasher.matches(credential?.passwordHash, password);
    if (!right || credential === null) {
      // Whoever hangs up before the answer has tried all the same.
      await outlivingRequest(() => this.noteFailure(email, credential?.userId));
      throw new InvalidCredentials();
    }
    const raised = this.hasher.isOutdated(credential.passwordHash) ? await this.hasher.hash(password) : undefined;
    return this.transactions.run(async (tx) => {
      await this.demandUnchanged(tx, credential);
      if (raised !== undefined) await tx.update(Credential, { userId: credential.userId }, { passwordHash: raised });
      const home = await this.users.standingOf(tx, credential.userId);
      if (home === undefined) throw await this.refusal(tx, credential);
      return this.sessions.open(tx, home);
    });
  }

  private async refusal(tx: Tx, { userId }: Credential): Promise<AccountSuspended | InvalidCredentials> {
    const suspended = await tx.existsBy(User, { id: userId, suspendedAt: Not(IsNull()) });
    return suspended ? new AccountSuspended() : new InvalidCredentials();
  }

  /** The same work, whether or not there is such an account: the time that it takes must not tell. */
  private async noteFailure(email: string, userId?: string): Promise<void> {
    const home = await this.users.standingOf(this.dataSource.manager, userId ?? NOBODY);
    const organizationId = home?.organizationId ?? null;
    const target = { type: 'user', ...(userId !== undefined && { id: userId }) };
    await this.audit.recordAlone({ organizationId, userId: null }, signInFailed, target);
    await this.anomalies.count('login', normalizeEmail(email));
  }

  private findCredential(email: string): Promise<Credential | null> {
    return this.dataSource.manager
      .createQueryBuilder(Credential, 'credential')
      .innerJoin(User, 'u', 'u.id = credential.userId')
      .where('u.email = :email', { email: normalizeEmail(email) })
      .getOne();
  }

  /** Whoever changes the password at this moment waits for this session, and ends it; or this waits, and is refused. */
  private async demandUnchanged(tx: Tx, { userId, passwordHash }: Credential): Promise<void> {
    const lock = { mode: 'for_no_key_update' } as const;
    const same = await tx.findOne(Credential, { where: { userId, passwordHash }, lock });
    if (same === null) throw new InvalidCredentials();
  }
}
