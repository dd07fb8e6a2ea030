import { Injectable, Module } from '@nestjs/common';
import type { Tx } from '../../core/database/transactions.js';
import { type Cost, Meter, type Metering } from '../../core/metering/meter.js';
import { InsufficientCredits } from '../../core/metering/metering.errors.js';
import { Offer } from '../../core/ports/registry.js';
import type { OfTenant } from '../../core/tenancy/tenant-entity.js';
import type { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';

/** What everybody has to begin with. */
export const CREDITS = 10;

const MOVES = `
  CREATE TABLE test_credit_moves (organization_id uuid NOT NULL, reference text NOT NULL, move text NOT NULL, amount int)`;

/** $1 organization, $2 reference. What is reserved, unless that has ended. */
const OPEN = `
  SELECT amount FROM test_credit_moves
   WHERE organization_id = $1 AND reference = $2 AND move = 'reserve' AND NOT EXISTS (
     SELECT FROM test_credit_moves ended WHERE ended.reference = $2 AND ended.move <> 'reserve')`;

/**
 * Counts credits in the transactions of those who ask, and so has counted what was committed, and nothing else. It stands
 * in the place of whatever counts them in an application, if anything does.
 */
@Injectable()
export class FakeMeter implements Metering {
  constructor(meter: Meter) {
    const offer = new Offer<Metering>('meter');
    offer.provide(this);
    Reflect.set(meter, 'offer', offer);
    // What comes later to provide it would be the second.
    Reflect.set(meter, 'provide', () => undefined);
  }

  charge = (): Promise<never> => Promise.reject(new Error('Nobody charges for exports.'));
  refund = (): Promise<never> => Promise.reject(new Error('Nobody refunds exports.'));

  async reserve(tx: Tx, payer: OfTenant, { reference, amount }: Cost): Promise<void> {
    await this.lock(tx);
    const left = await this.left(tx, payer);
    if (left < amount) throw new InsufficientCredits(amount, left);
    await this.note(tx, payer, reference, 'reserve', amount);
  }

  capture = (tx: Tx, payer: OfTenant, reference: string) => this.end(tx, payer, reference, 'capture');
  release = (tx: Tx, payer: OfTenant, reference: string) => this.end(tx, payer, reference, 'release');

  async left(tx: Tx, { organizationId }: OfTenant): Promise<number> {
    const [{ spent }] = await tx.query<[{ spent: number }]>(
      `SELECT coalesce(sum(CASE move WHEN 'reserve' THEN amount WHEN 'release' THEN - amount END), 0)::int AS spent
         FROM test_credit_moves WHERE organization_id = $1`,
      [organizationId],
    );
    return CREDITS - spent;
  }

  private async end(tx: Tx, payer: OfTenant, reference: string, move: string): Promise<boolean> {
    await this.lock(tx);
    const [open] = await tx.query<{ amount: number }[]>(OPEN, [payer.organizationId, reference]);
    if (open !== undefined) await this.note(tx, payer, reference, move, open.amount);
    return open !== undefined;
  }

  private async note(tx: Tx, { organizationId }: OfTenant, reference: string, move: string, amount: number) {
    await tx.query('INSERT INTO test_credit_moves VALUES ($1, $2, $3, $4)', [organizationId, reference, move, amount]);
  }

  private lock = (tx: Tx) => tx.query('LOCK TABLE test_credit_moves IN SHARE ROW EXCLUSIVE MODE');
}

@Module({ providers: [FakeMeter] })
export class FakeMeterModule {}

export const openFakeMeter = ({ databaseUrl }: TestApp) => sql(databaseUrl, MOVES);

/** @returns how credits were moved for a job, in the order in which it was committed */
export async function movesOf({ databaseUrl }: TestApp, jobId: unknown): Promise<string[]> {
  const of = 'SELECT move FROM test_credit_moves WHERE reference = $1 ORDER BY ctid';
  return (await sql<{ move: string }>(databaseUrl, of, [`booking-export:${String(jobId)}`])).map(({ move }) => move);
}
