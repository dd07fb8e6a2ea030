import { isEmail } from 'class-validator';
import { PinoLogger } from 'nestjs-pino';
import { Audit } from '../../core/audit/audit.service.js';
import type { AuditAction } from '../../core/audit/define-audit-action.js';
import { connect } from '../../core/database/connect.js';
import { fromDatabase } from '../../core/database/database-errors.js';
import { dataSourceOptions } from '../../core/database/data-source-options.js';
import { databaseConfig } from '../../core/database/database.config.js';
import { isComplete } from '../../core/database/migrations.js';
import { declaredEntities } from '../../core/database/schema-difference.js';
import { Transactions, type Tx } from '../../core/database/transactions.js';
import { User } from '../../core/identity/user.entity.js';
import { normalizeEmail, UsersService } from '../../core/identity/users.service.js';
import { refuseStart } from '../../core/lifecycle/refuse-start.js';
import { StartRefused } from '../../core/lifecycle/start-refused.js';
import { administratorCreated, administratorPromoted } from './auth.audit.js';
import { authConfig } from './auth.config.js';
import { opaqueToken } from './opaque-token.js';
import { PasswordHasher } from './password-hasher.js';

const USAGE =
  'Usage: npm run admin:create -- EMAIL (in production: node dist/src/features/auth/create-administrator.js EMAIL)';
const LONGEST_EMAIL = 254;

/** What was done, for the operator, and the password that only they get to know, if there is a new one. */
interface Made {
  readonly said: string;
  readonly password?: string;
}

const KEEP_PASSWORD = `
  INSERT INTO credentials (user_id, password_hash) VALUES ($1, $2)
  ON CONFLICT (user_id) DO UPDATE SET password_hash = EXCLUDED.password_hash, updated_at = now()`;
const PROMOTE =
  'UPDATE users SET administrator = true, email_verified_at = coalesce(email_verified_at, now()) WHERE id = $1';
const END_SESSIONS = 'UPDATE sessions SET revoked_at = clock_timestamp() WHERE user_id = $1 AND revoked_at IS NULL';
const END_LINKS = 'DELETE FROM one_time_tokens WHERE user_id = $1';
const END_KEYS = `
  UPDATE api_keys SET revoked_at = clock_timestamp() WHERE user_id = $1 AND revoked_at IS NULL /* of any organization_id */`;

/**
 * Makes somebody an administrator, with a new account unless they have one. The account of an address that nobody has
 * proven may be anybody's: it gets a new password, and whoever is signed in to it is not any more.
 * @throws {StartRefused} for what the operator can mend
 */
export async function createAdministrator(address: string): Promise<Made> {
  const email = normalizeEmail(address);
  if (!isEmail(email) || email.length > LONGEST_EMAIL) {
    throw new StartRefused(`${JSON.stringify(address)} is no e-mail address. ${USAGE}`);
  }
  const password = opaqueToken();
  const passwordHash = await new PasswordHasher(authConfig()).hash(password);
  return inTransaction(async (tx, audit) => {
    const known = await tx.findOne(User, { where: { email }, lock: { mode: 'pessimistic_write' } });
    if (known?.suspendedAt) throw new StartRefused(`${email} is suspended: reinstate them first.`);
    if (known?.administrator) return { said: `${email} is an administrator already.` };
    const isNew = known === null;
    const { id } = known ?? (await new UsersService().create(tx, { email, name: 'Administrator' }));
    const isProven = known !== null && known.emailVerifiedAt !== null;
    if (!isProven) await replaceProofs(tx, id, passwordHash);
    await tx.query(PROMOTE, [id]);
    await note(tx, audit, isNew ? administratorCreated : administratorPromoted, id);
    if (isProven) return { said: `${email} is an administrator now, with the password that they have.` };
    return { said: `${email} is an administrator now. The password, which is shown only this once:`, password };
  });
}

/** The process: the password alone goes to standard output. */
export async function main(address = ''): Promise<void> {
  const { said, password } = await createAdministrator(address).catch(refuseStart);
  process.stderr.write(`${said}\n`);
  if (password !== undefined) process.stdout.write(`${password}\n`);
}

async function replaceProofs(tx: Tx, userId: string, passwordHash: string): Promise<void> {
  await tx.query(KEEP_PASSWORD, [userId, passwordHash]);
  await tx.query(END_SESSIONS, [userId]);
  await tx.query(END_LINKS, [userId]);
  await tx.query(END_KEYS, [userId]);
}

/** By nobody who is known here, and in no organization's log. */
function note(tx: Tx, audit: Audit, action: AuditAction, id: string): Promise<void> {
  return audit.record(tx, { organizationId: null, userId: null }, action, { type: 'user', id });
}

async function inTransaction<T>(work: (tx: Tx, audit: Audit) => Promise<T>): Promise<T> {
  const config = databaseConfig();
  const options = { ...dataSourceOptions(config, () => undefined), poolSize: 1, entities: declaredEntities() };
  const dataSource = await connect(options, config.startTimeoutMs);
  try {
    if (!(await isComplete(config))) throw new StartRefused('The database has pending migrations: run them first.');
    const transactions = new Transactions(dataSource, new PinoLogger({ pinoHttp: { level: 'silent' } }));
    return await transactions.run((tx) => work(tx, new Audit(transactions)));
  } catch (thrown) {
    const known = fromDatabase(thrown);
    throw known === undefined ? thrown : new StartRefused(known.message, { cause: thrown });
  } finally {
    await dataSource.destroy();
  }
}

if (import.meta.main) await main(...process.argv.slice(2));
