import { Injectable } from '@nestjs/common';
import type { Actor } from '../access/actor.js';
import { isLockNotAvailable } from '../database/database-errors.js';
import { Transactions, type Tx } from '../database/transactions.js';
import { fingerprint } from './fingerprint.js';
import { IdempotencyInProgress, IdempotencyMismatch } from './idempotency.errors.js';
import { asReplay } from './replays.js';
import { WaitingLines } from './waiting-lines.js';

/** What is asked for, and by which name the caller will ask for it again. */
export interface Keyed {
  readonly actor: Actor;
  /** Which operation it is, such as `bookings.create`: a key means something in one operation of one actor only */
  readonly operation: string;
  readonly key: string;
  /** Everything that was asked for, the values of the path too */
  readonly request: unknown;
}

interface Claim {
  readonly scope: string;
  readonly key: string;
  readonly fingerprint: Buffer;
}

/** How long a twin waits for the first, in line and for its row together. */
const PATIENCE_MS = 2_000;

/** Does once what is asked for twice. */
@Injectable()
export class Idempotency {
  constructor(
    private readonly transactions: Transactions,
    private readonly lines: WaitingLines,
  ) {}

  /**
   * Runs `work` in a transaction that also holds the key and the answer, so that none of the three is ever there
   * without the others: a failure stores nothing and leaves the key free. For 24 hours the same request gets the same
   * answer. Return the result itself from the controller: it is how the answer knows that it is a replay.
   * @throws {IdempotencyMismatch} if the key was used for another request
   * @throws {IdempotencyInProgress} if the first is not done within two seconds
   */
  once<T extends object>({ actor, operation, key, request }: Keyed, work: (tx: Tx) => Promise<T>): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS;
    const scope = `${actor.organizationId}:${actor.userId}:${operation}`;
    const claim: Claim = { scope, key, fingerprint: fingerprint([operation, request]) };
    return this.lines.inTurn(`${key}\n${scope}`, PATIENCE_MS, () =>
      this.transactions.run(async (tx) => {
        if (!(await take(tx, claim, deadline))) return replay<T>(tx, claim);
        const response = JSON.stringify(await work(tx));
        await keep(tx, claim, response);
        // What JSON makes of it, as every replay will be.
        return JSON.parse(response) as T;
      }),
    );
  }
}

/** @returns whether the key was free, or its time was over; waits for a twin in another process to end */
async function take(tx: Tx, { scope, key, fingerprint }: Claim, deadline: number): Promise<boolean> {
  const patience = Math.max(1, Math.round(deadline - performance.now()));
  const [{ former }] = await tx.query<[{ former: string }]>(
    `SELECT current_setting('lock_timeout') AS former, set_config('lock_timeout', $1, true)`,
    [String(patience)],
  );
  const taken = await tx
    .query<object[]>(
      `INSERT INTO idempotency_keys AS mine (scope, key, fingerprint, response, expires_at)
       VALUES ($1, $2, $3, 'null', now() + interval '24 hours')
       ON CONFLICT (scope, key) DO UPDATE
         SET fingerprint = EXCLUDED.fingerprint, created_at = now(), expires_at = EXCLUDED.expires_at
         WHERE mine.expires_at <= now()
       RETURNING key`,
      [scope, key, fingerprint],
    )
    .catch((thrown: unknown) => {
      throw isLockNotAvailable(thrown) ? new IdempotencyInProgress(thrown) : thrown;
    });
  await tx.query(`SELECT set_config('lock_timeout', $1, true)`, [former]);
  return taken.length > 0;
}

/** The row is there, and stays: the attempt to take it has locked it. */
async function replay<T extends object>(tx: Tx, { scope, key, fingerprint }: Claim): Promise<T> {
  const [first] = await tx.query<[{ fingerprint: Buffer; response: T }]>(
    'SELECT fingerprint, response FROM idempotency_keys WHERE scope = $1 AND key = $2',
    [scope, key],
  );
  if (!first.fingerprint.equals(fingerprint)) throw new IdempotencyMismatch();
  return asReplay(first.response);
}

async function keep(tx: Tx, { scope, key }: Claim, response: string): Promise<void> {
  await tx.query('UPDATE idempotency_keys SET response = $3 WHERE scope = $1 AND key = $2', [scope, key, response]);
}
