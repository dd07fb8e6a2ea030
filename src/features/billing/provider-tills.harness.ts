import { randomUUID } from 'node:crypto';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import type { StubUpstream } from '../../../test/harness/upstream.js';
import type { Money } from '../../core/payments/payables.js';
import type { PaymentProvider } from './payment-provider.js';
import { PaymentProviders } from './payment-providers.js';
import { RazorpayServer } from './razorpay-server.harness.js';
import { SandboxCheckouts } from './sandbox-checkouts.js';
import { SandboxSignatures } from './sandbox-signatures.js';
import { SandboxProvider } from './sandbox.provider.js';
import { StripeServer } from './stripe-server.harness.js';

/** What everything costs here. */
export const EUR: Money = { amount: 2_500, currency: 'EUR' };

export type EventKind = 'paid' | 'expired' | 'refunded' | 'disputed' | 'unknown';
type Secret = 'current' | 'previous' | 'wrong';

/** A provider as its adapter is held to: the adapter, and whoever else has to do with its payments. */
export interface Till {
  /** The application that the adapter is part of; it sells 100 credits for what everything costs */
  readonly test: TestApp;
  readonly provider: PaymentProvider;
  /** The buyer pays on its page */
  pay(reference: string): Promise<void> | void;
  /** Time passes, and nobody has paid */
  lapse(reference: string): Promise<void> | void;
  /** The buyer's bank takes the money back */
  dispute(reference: string): Promise<void> | void;
  /** Somebody gives money back at the provider, not through us */
  refund(reference: string, amount: number): Promise<void> | void;
  /** An event of it, as it would be sent now */
  event(kind: EventKind, reference: string): object;
  /** The headers of a body */
  sign(body: string, secret: Secret, ageSeconds?: number): Record<string, string>;
  /** Whether its signatures hold a time */
  readonly dated: boolean;
  /** Where it answers over HTTP; none for one that is part of this application */
  readonly server?: Server;
}

export interface Server {
  readonly stub: StubUpstream;
  workMs: number;
  losesAnswers: number;
  recover(): void;
}

const SELLS = { BILLING_CREDIT_PACKS: `small=100:${EUR.amount}:${EUR.currency}` };
const STRIPE = {
  STRIPE_ENABLED: 'true',
  STRIPE_SECRET_KEY: 'sk_test_51Hq0canaryOfTheTest',
  STRIPE_WEBHOOK_SECRET: 'whsec_canaryOfTheCurrentOne',
  STRIPE_WEBHOOK_SECRET_PREVIOUS: 'whsec_canaryOfTheOneBefore',
};
const RAZORPAY = {
  RAZORPAY_ENABLED: 'true',
  RAZORPAY_KEY_ID: 'rzp_test_1DP5mmOlF5G5ag',
  RAZORPAY_KEY_SECRET: 'canary-of-the-key-secret',
  RAZORPAY_WEBHOOK_SECRET: 'canary-of-the-current-one',
  RAZORPAY_WEBHOOK_SECRET_PREVIOUS: 'canary-of-the-one-before',
};

async function stripe(): Promise<Till> {
  const server = await StripeServer.start(STRIPE.STRIPE_SECRET_KEY);
  const types: Record<EventKind, string> = {
    paid: 'checkout.session.completed',
    expired: 'checkout.session.expired',
    refunded: 'charge.refunded',
    disputed: 'charge.dispute.created',
    unknown: 'customer.created',
  };
  const secrets = {
    current: STRIPE.STRIPE_WEBHOOK_SECRET,
    previous: STRIPE.STRIPE_WEBHOOK_SECRET_PREVIOUS,
    wrong: 'whsec_ofSomebodyElse',
  };
  return {
    ...(await providerIn({ ...STRIPE, STRIPE_API_URL: server.stub.url }, 'stripe')),
    pay: (reference) => server.pay(reference),
    lapse: (reference) => server.lapse(reference),
    dispute: (reference) => server.dispute(reference),
    refund: (reference, amount) => server.refund(reference, amount),
    event: (kind, reference) => server.event(types[kind], reference),
    sign: (body, secret, ageSeconds) => StripeServer.sign(body, secrets[secret], ageSeconds),
    dated: true,
    server,
  };
}

async function razorpay(): Promise<Till> {
  const server = await RazorpayServer.start(RAZORPAY.RAZORPAY_KEY_ID, RAZORPAY.RAZORPAY_KEY_SECRET);
  const types: Record<EventKind, string> = {
    paid: 'payment_link.paid',
    expired: 'payment_link.expired',
    refunded: 'refund.processed',
    disputed: 'payment.dispute.created',
    unknown: 'order.paid',
  };
  const secrets = {
    current: RAZORPAY.RAZORPAY_WEBHOOK_SECRET,
    previous: RAZORPAY.RAZORPAY_WEBHOOK_SECRET_PREVIOUS,
    wrong: 'of-somebody-else',
  };
  return {
    ...(await providerIn({ ...RAZORPAY, RAZORPAY_API_URL: server.stub.url }, 'razorpay')),
    pay: (reference) => server.pay(reference),
    lapse: (reference) => server.lapse(reference),
    dispute: (reference) => server.dispute(reference),
    refund: (reference, amount) => server.refund(reference, amount),
    event: (kind, reference) => server.event(types[kind], reference),
    sign: (body, secret) => RazorpayServer.sign(body, secrets[secret]),
    dated: false,
    server,
  };
}

async function providerIn(env: Record<string, string>, name: string): Promise<Pick<Till, 'test' | 'provider'>> {
  const test = await TestApp.start({ env: { ...SELLS, ...env } });
  const provider = test.app.get(PaymentProviders, { strict: false }).find(name);
  if (provider?.enabled !== true) throw new Error(`There is no provider ${name}.`);
  return { test, provider };
}

async function sandbox(): Promise<Till> {
  const [current, previous, wrong] = ['a0', 'b1', 'c2'].map((end) => `${'0123456789abcdef'.repeat(4).slice(2)}${end}`);
  const env = {
    ...SELLS,
    PAYMENTS_SANDBOX_ENABLED: 'true',
    ENCRYPTION_KEY: current,
    ENCRYPTION_KEY_PREVIOUS: previous,
  };
  const test = await TestApp.start({ env });
  const provider = test.app.get(SandboxProvider, { strict: false });
  const checkouts = test.app.get(SandboxCheckouts, { strict: false });
  const press = async (reference: string, button: 'pay' | 'dispute') =>
    expect(await checkouts.press(reference, button)).toBe(true);
  const types = {
    paid: 'payment.succeeded',
    expired: 'payment.failed',
    refunded: 'refund.succeeded',
    disputed: 'dispute.created',
    unknown: 'coffee.made',
  };
  const keys = { current, previous, wrong };
  return {
    test,
    provider,
    pay: (reference) => press(reference, 'pay'),
    lapse: async (reference) => {
      await sql(test.databaseUrl, 'UPDATE sandbox_checkouts SET expires_at = now() WHERE id = $1', [reference]);
    },
    dispute: (reference) => press(reference, 'dispute'),
    refund: async (reference, amount) => {
      const { chargeReference = '', currency } = await provider.fetch(reference);
      await provider.refund({ refundId: randomUUID(), chargeReference, amount, currency });
    },
    event: (kind, reference) => ({
      type: types[kind],
      createdAt: new Date().toISOString(),
      data: kind === 'unknown' ? {} : { reference, state: 'paid', ...EUR },
    }),
    sign: (body, secret, ageSeconds = 0) => {
      const signatures = new SandboxSignatures({ encryptionKey: keys[secret] ?? '', previousEncryptionKey: undefined });
      return signatures.sign(randomUUID(), body, new Date(Date.now() - ageSeconds * 1_000));
    },
    dated: true,
  };
}

/** Whoever takes money is one line here. */
export const TILLS: [name: string, open: () => Promise<Till>][] = [
  ['stripe', stripe],
  ['razorpay', razorpay],
  ['sandbox', sandbox],
];
