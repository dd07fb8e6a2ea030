import { randomUUID } from 'node:crypto';
import { TestApp } from '../../../test/harness/app.js';
import { StripeServer } from './stripe-server.harness.js';
import { says } from '../../../test/harness/upstream.js';
import { ValidationFailed } from '../../core/errors/core.errors.js';
import { UpstreamFailed, UpstreamUnavailable } from '../../core/outbound/outbound.errors.js';
import { AmountNotPayable, RefundRefused } from './payment-provider.errors.js';
import { StripeProvider } from './stripe.js';

const SECRET_KEY = 'sk_test_51Hq0canaryOfTheTest';

describe('Stripe', () => {
  let server: StripeServer;
  let stripe: StripeProvider;
  beforeAll(async () => {
    server = await StripeServer.start(SECRET_KEY);
    const env = {
      STRIPE_ENABLED: 'true',
      STRIPE_SECRET_KEY: SECRET_KEY,
      STRIPE_WEBHOOK_SECRET: 'whsec_canaryOfTheCurrentOne',
      STRIPE_API_URL: server.stub.url,
    };
    stripe = (await TestApp.start({ env })).app.get(StripeProvider, { strict: false });
  });
  beforeEach(() => {
    server.recover();
    server.refundStatus = 'succeeded';
  });

  const checkout = (amount = 2_500, currency = 'EUR', paymentId: string = randomUUID()) =>
    stripe.createCheckout({
      paymentId,
      amount,
      currency,
      description: 'Seats & more',
      returnUrl: 'https://app.example.org/back?a=1&b=2',
    });
  const paid = async () => {
    const { reference } = await checkout();
    server.pay(reference);
    const { chargeReference = '' } = await stripe.fetch(reference);
    return { reference, chargeReference };
  };
  const refund = (chargeReference: string, refundId: string = randomUUID()) =>
    stripe.refund({ refundId, chargeReference, amount: 100, currency: 'EUR' });

  it('is asked as its API wants it, and told nothing else', async () => {
    const paymentId = randomUUID();
    await checkout(2_500, 'EUR', paymentId);
    const [hit] = server.stub.hits;
    expect(Object.fromEntries(new URLSearchParams(hit?.body))).toEqual({
      mode: 'payment',
      client_reference_id: paymentId,
      'metadata[payment]': paymentId,
      'payment_intent_data[metadata][payment]': paymentId,
      'adaptive_pricing[enabled]': 'false',
      'line_items[0][quantity]': '1',
      'line_items[0][price_data][currency]': 'eur',
      'line_items[0][price_data][unit_amount]': '2500',
      'line_items[0][price_data][product_data][name]': 'Seats & more',
      success_url: 'https://app.example.org/back?a=1&b=2',
      cancel_url: 'https://app.example.org/back?a=1&b=2',
    });
    expect(hit).toMatchObject({ method: 'POST', path: '/v1/checkout/sessions' });
    expect(hit?.headers).toMatchObject({
      authorization: `Bearer ${SECRET_KEY}`,
      'content-type': 'application/x-www-form-urlencoded',
      'idempotency-key': `checkout-${paymentId}`,
      'stripe-version': expect.stringMatching(/^\d{4}-\d\d-\d\d/) as string,
    });
    expect(hit?.headers).not.toHaveProperty('x-stripe-client-telemetry');
  });

  it.each([
    ['ISK', 5, '500'],
    ['UGX', 1_000, '100000'],
    ['MGA', 500, '5'],
    ['JPY', 500, '500'],
    ['KWD', 1_230, '1230'],
  ])('counts %s in units of its own', async (currency, amount, sent) => {
    const { reference } = await checkout(amount, currency);
    const form = new URLSearchParams(server.stub.hits[0]?.body);
    expect(form.get('line_items[0][price_data][unit_amount]')).toBe(sent);
    expect(await stripe.fetch(reference)).toMatchObject({ amount, currency });
  });

  it('knows no fraction of an ariary', async () => {
    await expect(checkout(501, 'MGA')).rejects.toThrow(AmountNotPayable);
  });

  it('[R-76] #1 is not asked again by its library, which has a will of its own', async () => {
    server.stub.willAnswer(says(500, {}, { 'stripe-should-retry': 'true' }));
    await expect(checkout()).rejects.toThrow(UpstreamFailed);
    expect(server.stub.hits).toHaveLength(1);
  });

  it('is asked again while it is busy with a twin of ours, for a moment', async () => {
    server.workMs = 500;
    const paymentId = randomUUID();
    const twins = await Promise.all([1, 2, 3].map(() => checkout(2_500, 'EUR', paymentId)));
    server.workMs = 0;
    expect(new Set(twins.map(({ reference }) => reference)).size).toBe(1);
    server.stub.willAnswer(says(409, { error: { code: 'lock_timeout' } }));
    await expect(checkout()).rejects.toThrow(UpstreamUnavailable);
  });

  it('may be waiting for a bank for days, and then for nothing', async () => {
    const { reference } = await checkout();
    server.debit(reference, 'processing');
    expect(await stripe.fetch(reference)).toMatchObject({ state: 'open', chargeReference: undefined });
    server.debit(reference, 'requires_payment_method');
    expect(await stripe.fetch(reference)).toMatchObject({ state: 'expired' });
  });

  it('gives back later what it cannot give back now, or never', async () => {
    const { chargeReference } = await paid();
    server.refundStatus = 'pending';
    const { reference, state } = await refund(chargeReference);
    expect(state).toBe('pending');
    const known = server.refunds.get(reference);
    for (const [status, expected] of [
      ['requires_action', 'pending'],
      ['failed', 'failed'],
      ['canceled', 'failed'],
      ['succeeded', 'succeeded'],
    ] as const) {
      Object.assign(known ?? {}, { status });
      expect(await stripe.fetchRefund(reference)).toEqual({ reference, state: expected });
    }
  });

  it('does not give back twice when it has forgotten the key', async () => {
    const { reference, chargeReference } = await paid();
    const refundId = randomUUID();
    const first = await refund(chargeReference, refundId);
    server.forgetKeys();
    expect(await refund(chargeReference, refundId)).toEqual(first);
    expect(await stripe.fetch(reference)).toMatchObject({ refunded: 100 });
  });

  it('gives nothing back that is disputed, or that it does not know', async () => {
    const { reference, chargeReference } = await paid();
    server.dispute(reference);
    await expect(refund(chargeReference)).rejects.toThrow(RefundRefused);
    await expect(refund('pi_of_nobody')).rejects.toThrow(RefundRefused);
  });

  it('is addressed by segments that stay segments', async () => {
    await expect(stripe.fetch('../customers?limit=3')).rejects.toThrow(UpstreamFailed);
    expect(server.stub.hits[0]?.path).toBe('/v1/checkout/sessions/..%2Fcustomers%3Flimit%3D3');
    for (const reference of ['', '.', '..']) await expect(stripe.fetch(reference)).rejects.toThrow(ValidationFailed);
    expect(server.stub.hits).toHaveLength(1);
  });

  it('has no notices for whoever reads our log', async () => {
    const warned: Error[] = [];
    const listen = (warning: Error) => warned.push(warning);
    process.on('warning', listen);
    server.stub.willAnswer(says(400, { error: { code: 'x' } }, { 'stripe-notice': 'buy something' }));
    await expect(checkout()).rejects.toThrow(UpstreamFailed);
    await new Promise(setImmediate);
    process.off('warning', listen);
    expect(warned).toEqual([]);
  });
});
