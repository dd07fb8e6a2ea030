import { randomUUID } from 'node:crypto';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import type { Environment } from '../../../test/harness/environment.js';
import { SALES, salesModule, Shop, seatId } from './payments.harness.js';
import { Bank, ScriptedProvider } from './scripted-provider.harness.js';

/** An application that takes money: a shop, and the bank of its buyers. */
export interface Till {
  readonly test: TestApp;
  readonly bank: Bank;
  readonly shop: Shop;
}

export interface OpenedPayment extends Record<string, unknown> {
  readonly id: string;
  readonly status: string;
  readonly checkoutUrl: string;
}

/** Nobody comes by themselves: each test says when. */
const BY_HAND = { PAYMENT_PROVIDER: 'scripted', JOBS_CONCURRENCY: '0' };

export async function openTill(env: Environment = {}): Promise<Till> {
  const [bank, shop] = [new Bank(), new Shop()];
  const modules = [salesModule([new ScriptedProvider(bank)], { seat: shop })];
  const test = await TestApp.start({ modules, env: { ...BY_HAND, ...env } });
  await sql(test.databaseUrl, SALES);
  return { test, bank, shop };
}

export const keyed = (api: ApiClient, key: string = randomUUID()): ApiClient => api.with({ 'idempotency-key': key });

export async function order(api: ApiClient, seat: string = randomUUID()): Promise<OpenedPayment> {
  const { status, body } = await keyed(api).post<OpenedPayment>('/v1/billing/payments', {
    payable: { kind: 'seat', id: seatId(seat) },
  });
  expect(status).toBe(201);
  return body;
}

/** Opens the checkout, as a browser would. */
export const visit = (test: TestApp, { checkoutUrl }: OpenedPayment) => test.api.get(new URL(checkoutUrl).pathname);

/** A payment that the buyer has paid at the bank, of which nothing was heard yet. */
export async function payAtBank({ test, bank }: Till, api: ApiClient): Promise<OpenedPayment> {
  const payment = await order(api);
  await visit(test, payment);
  bank.pay(payment.id);
  return payment;
}

export const eventFor = ({ id }: { id: string }, more: object = {}) => ({
  id: randomUUID(),
  reference: `cs_${id}`,
  ...more,
});
