import { type DynamicModule, Injectable, Module, type OnModuleInit, type Type } from '@nestjs/common';
import type { Actor } from '../../core/access/actor.js';
import { Transactions, type Tx } from '../../core/database/transactions.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { type PaidPayment, type Payable, Payables, type Quote } from '../../core/payments/payables.js';
import { WebhookSources } from '../../core/webhook-sources/webhook-sources.js';
import type { PaymentProvider } from './payment-provider.js';
import { PaymentProviders } from './payment-providers.js';
import { ProvidersModule } from './providers.module.js';
import { Reconciler } from './reconciler.js';
import { v5 } from 'uuid';
import type { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { SIGNATURE } from './scripted-provider.harness.js';

/** The id of what a test calls by a name. */
export const seatId = (name: string): string => v5(name, v5.URL);

/** What was sold, written in the transaction of whoever says so. */
export const SALES = `CREATE TABLE test_sales (payment_id uuid, thing varchar(100), what varchar(20), amount bigint)`;

/** Sells what it is told to, for what it is told to. */
export class Shop implements Payable {
  price: Quote = { amount: 1250, currency: 'EUR', description: 'A seat in the front row' };
  hasIt = true;

  quote(_tx: Tx, _buyer: Actor, id: string): Promise<Quote> {
    if (id === seatId('nothing')) throw new NotFound('The thing');
    return Promise.resolve(this.price);
  }

  async settle(tx: Tx, payment: PaidPayment): Promise<'settled' | 'refused'> {
    if (!this.hasIt) return 'refused';
    await this.write(tx, payment, 'settled');
    return 'settled';
  }

  fail = (tx: Tx, payment: PaidPayment): Promise<void> => this.write(tx, payment, 'failed');

  refunded = (tx: Tx, payment: PaidPayment, refunded: number): Promise<void> =>
    this.write(tx, payment, 'refunded', refunded);

  private async write(tx: Tx, { id, payableId, amount }: PaidPayment, what: string, sum = amount): Promise<void> {
    await tx.query('INSERT INTO test_sales VALUES ($1, $2, $3, $4)', [id, payableId, what, sum]);
  }
}

/** A module as a feature's and an adapter's: what it is given is registered while modules are made. */
export function salesModule(providers: readonly PaymentProvider[], payables: Record<string, Payable>): DynamicModule {
  @Injectable()
  class Sales implements OnModuleInit {
    constructor(
      private readonly known: PaymentProviders,
      private readonly sold: Payables,
    ) {}

    onModuleInit(): void {
      for (const provider of providers) this.known.register(provider);
      for (const [kind, payable] of Object.entries(payables)) this.sold.register(kind, payable);
    }
  }
  @Module({})
  class SalesModule {}
  return { module: SalesModule as Type, imports: [ProvidersModule], providers: [Sales] };
}

/** Delivers an event to the source of a provider as an inbox does: proven, asked about, and then handled. */
export async function deliver(test: TestApp, event: object, provider = 'scripted'): Promise<string> {
  const source = test.app.get(WebhookSources).require(provider);
  const verified = source.verify(Buffer.from(JSON.stringify(event)), { [SIGNATURE]: 'good' });
  // What is kept of it is what comes back from a table.
  const kept = JSON.parse(JSON.stringify(verified)) as typeof verified;
  const prepared = await source.prepare?.(kept);
  return test.app.get(Transactions).run((tx) => source.handle(tx, kept, prepared));
}

/** Lets what waits be due, and the reconciler come by. */
export async function reconcile(test: TestApp): Promise<void> {
  await sql(test.databaseUrl, 'UPDATE payments SET check_at = now() WHERE check_at IS NOT NULL');
  await sql(test.databaseUrl, 'UPDATE payment_refunds SET attempt_at = now() WHERE attempt_at IS NOT NULL');
  await test.app.get(Reconciler, { strict: false }).handle({}, { signal: new AbortController().signal });
}

export const salesOf = ({ databaseUrl }: TestApp, paymentId: string) =>
  sql<{ what: string; amount: number }>(
    databaseUrl,
    'SELECT what, amount::int FROM test_sales WHERE payment_id = $1 ORDER BY ctid',
    [paymentId],
  );

export async function paymentRow({ databaseUrl }: TestApp, id: string): Promise<Record<string, unknown>> {
  const [row] = await sql<Record<string, unknown>>(
    databaseUrl,
    `SELECT status, refunding::int, refunded::int, disputed_at IS NOT NULL AS disputed, checkout_reference AS reference,
            mismatched_at IS NOT NULL AS mismatched FROM payments WHERE id = $1`,
    [id],
  );
  return row ?? {};
}

export const eventsOf = async ({ databaseUrl }: TestApp, organizationId: string): Promise<string[]> => {
  const rows = await sql<{ name: string }>(
    databaseUrl,
    `SELECT name FROM events WHERE organization_id = $1 AND name LIKE 'payment.%' ORDER BY id`,
    [organizationId],
  );
  return rows.map(({ name }) => name);
};
