import { randomUUID } from 'node:crypto';
import Razorpay from 'razorpay';
import { TestApp } from '../../../test/harness/app.js';
import { RazorpayServer } from './razorpay-server.harness.js';
import { says } from '../../../test/harness/upstream.js';
import { UpstreamFailed, UpstreamUnavailable } from '../../core/outbound/outbound.errors.js';
import { SignatureInvalid } from '../../core/webhook-sources/webhook-sources.errors.js';
import { RazorpayProvider } from './razorpay.js';

const KEY_ID = 'rzp_test_1DP5mmOlF5G5ag';
const KEY_SECRET = 'canary-of-the-key-secret';
const WEBHOOK_SECRET = 'canary-of-the-current-one';

describe('Razorpay', () => {
  let server: RazorpayServer;
  let razorpay: RazorpayProvider;
  beforeAll(async () => {
    server = await RazorpayServer.start(KEY_ID, KEY_SECRET);
    const env = {
      RAZORPAY_ENABLED: 'true',
      RAZORPAY_KEY_ID: KEY_ID,
      RAZORPAY_KEY_SECRET: KEY_SECRET,
      RAZORPAY_WEBHOOK_SECRET: WEBHOOK_SECRET,
      RAZORPAY_API_URL: server.stub.url,
    };
    razorpay = (await TestApp.start({ env })).app.get(RazorpayProvider, { strict: false });
  });
  beforeEach(() => {
    server.recover();
    server.refundStatus = 'processed';
  });

  const checkout = (paymentId: string = randomUUID()) =>
    razorpay.createCheckout({
      paymentId,
      amount: 49_900,
      currency: 'INR',
      description: 'Seats & more',
      returnUrl: 'https://app.example.org/back?a=1',
    });
  const paid = async () => {
    const { reference } = await checkout();
    server.pay(reference);
    const { chargeReference = '' } = await razorpay.fetch(reference);
    return { reference, chargeReference };
  };
  const refund = (chargeReference: string, refundId: string = randomUUID()) =>
    razorpay.refund({ refundId, chargeReference, amount: 100, currency: 'INR' });

  it('is asked as its API wants it, and writes to none of our users', async () => {
    const paymentId = randomUUID();
    const { expiresAt } = await checkout(paymentId);
    const [hit] = server.stub.hits;
    expect(hit).toMatchObject({ method: 'POST', path: '/v1/payment_links' });
    expect(hit?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from(`${KEY_ID}:${KEY_SECRET}`).toString('base64')}`,
      'content-type': 'application/json',
    });
    expect(JSON.parse(hit?.body ?? '')).toEqual({
      amount: 49_900,
      currency: 'INR',
      description: 'Seats & more',
      reference_id: paymentId,
      expire_by: expiresAt.getTime() / 1_000,
      accept_partial: false,
      notify: { sms: false, email: false },
      reminder_enable: false,
      callback_url: 'https://app.example.org/back?a=1',
      callback_method: 'get',
    });
  });

  it('fails if it refuses a link for another reason than that it has it already', async () => {
    server.stub.willAnswer(says(400, { error: { description: 'no' } }), says(200, { payment_links: [] }));
    await expect(checkout()).rejects.toThrow(UpstreamFailed);
    expect(server.stub.hits).toMatchObject([{ method: 'POST' }, { method: 'GET', path: '/v1/payment_links' }]);
  });

  it('is not believed when it shows the link of somebody else', async () => {
    const { reference } = await checkout();
    const other = { ...server.links.get(reference), reference_id: 'of-somebody-else' };
    server.stub.willAnswer(says(400, {}), says(200, { payment_links: [other] }));
    await expect(checkout()).rejects.toThrow(UpstreamFailed);
    server.stub.willAnswer(says(200, { payment_links: [other] }), says(200, other));
    expect(await razorpay.locate('pay_1')).toBeUndefined();
  });

  it('gives money back by a key of its own kind, now or later or never', async () => {
    const { chargeReference } = await paid();
    server.refundStatus = 'pending';
    const refundId = randomUUID();
    const { reference, state } = await refund(chargeReference, refundId);
    expect(state).toBe('pending');
    const asked = server.stub.hits.find(({ path }) => path.endsWith('/refund'));
    expect(asked?.headers['x-refund-idempotency']).toBe(refundId);
    expect(JSON.parse(asked?.body ?? '')).toEqual({ amount: 100, speed: 'normal', receipt: refundId });
    for (const [status, expected] of [
      ['failed', 'failed'],
      ['processed', 'succeeded'],
    ] as const) {
      Object.assign(server.refunds.get(reference) ?? {}, { status });
      expect(await razorpay.fetchRefund(reference)).toEqual({ reference, state: expected });
    }
  });

  it('does not give back twice when it has forgotten the key', async () => {
    const { reference, chargeReference } = await paid();
    const refundId = randomUUID();
    const first = await refund(chargeReference, refundId);
    server.forgetKeys();
    expect(await refund(chargeReference, refundId)).toEqual(first);
    expect(await razorpay.fetch(reference)).toMatchObject({ refunded: 100 });
  });

  it('is asked again while it is busy with a twin of ours, for a moment', async () => {
    const { chargeReference } = await paid();
    server.stub.willAnswer(says(200, { items: [] }), says(409, {}));
    await expect(refund(chargeReference)).rejects.toThrow(UpstreamUnavailable);
    expect(server.stub.hits.filter(({ path }) => path.endsWith('/refund'))).toHaveLength(3);
  });

  it('is addressed by segments that stay segments', async () => {
    await expect(razorpay.fetch('../payments?count=3')).rejects.toThrow(UpstreamFailed);
    expect(server.stub.hits[0]?.path).toBe('/v1/payment_links/..%2Fpayments%3Fcount%3D3');
  });

  describe('[R-63] signs', () => {
    const body = JSON.stringify({
      event: 'payment_link.paid',
      payload: { payment_link: { entity: { id: 'plink_1' } } },
    });
    const accepts = (signature: string, sent = body): boolean => {
      try {
        razorpay.verify(Buffer.from(sent), { 'x-razorpay-signature': signature, 'x-razorpay-event-id': 'e1' });
        return true;
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(SignatureInvalid);
        return false;
      }
    };

    it('[R-63] #1 #2 what its own validator takes, and nothing else', () => {
      const { 'x-razorpay-signature': right = '' } = RazorpayServer.sign(body, WEBHOOK_SECRET);
      const spaced = ` ${body}\r\n`;
      const { 'x-razorpay-signature': ofSpaced = '' } = RazorpayServer.sign(spaced, WEBHOOK_SECRET);
      const upper = right.toUpperCase();
      for (const signature of [right, ofSpaced, upper, right.slice(1), `${right}00`, '0'.repeat(64), 'é'.repeat(64)]) {
        for (const sent of [body, spaced, `${body} `, body.replace('paid', 'PAID')]) {
          expect(accepts(signature, sent)).toBe(Razorpay.validateWebhookSignature(sent, signature, WEBHOOK_SECRET));
        }
      }
    });

    it('with an id beside the body, and if there is none, by what the body is', () => {
      const signed = RazorpayServer.sign(body, WEBHOOK_SECRET);
      const idOf = (id: string | undefined) =>
        razorpay.verify(Buffer.from(body), { ...signed, 'x-razorpay-event-id': id }).id;
      expect(idOf('evt_1')).toBe('evt_1');
      expect(idOf(undefined)).toMatch(/^[0-9a-f]{64}$/);
      expect(idOf('')).toBe(idOf(undefined));
      expect(idOf('x'.repeat(300))).toBe(idOf(undefined));
    });
  });
});
