import { randomUUID } from 'node:crypto';
import { TestApp } from '../../../test/harness/app.js';
import { atOnce } from '../../../test/harness/at-once.js';
import { sql } from '../../../test/harness/database.js';
import { SignatureInvalid } from '../../core/webhook-sources/webhook-sources.errors.js';
import { UpstreamFailed } from '../../core/outbound/outbound.errors.js';
import { RefundRefused } from './payment-provider.errors.js';
import { SandboxCheckouts } from './sandbox-checkouts.js';
import { SandboxSignatures } from './sandbox-signatures.js';
import { SandboxProvider } from './sandbox.provider.js';

const KEYS = {
  old: '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
  new: 'a0112233445566778899aabbccddeeff00112233445566778899aabbccddee0f',
};
const PRICE = { amount: 1_250, currency: 'EUR' };
const order = () => ({
  paymentId: randomUUID(),
  description: '500 credits',
  returnUrl: 'https://shop.example.org/back',
  ...PRICE,
});

describe('the sandbox as a provider', () => {
  let test: TestApp;
  let sandbox: SandboxProvider;
  let checkouts: SandboxCheckouts;
  beforeAll(async () => {
    test = await TestApp.start({ env: { PAYMENTS_SANDBOX_ENABLED: 'true' } });
    sandbox = test.app.get(SandboxProvider, { strict: false });
    checkouts = test.app.get(SandboxCheckouts, { strict: false });
  });

  const paid = async () => {
    const { reference } = await sandbox.createCheckout(order());
    expect(await checkouts.press(reference, 'pay')).toBe(true);
    const { chargeReference = '' } = await sandbox.fetch(reference);
    return { reference, chargeReference };
  };
  const refund = (chargeReference: string, amount: number, refundId: string = randomUUID()) =>
    sandbox.refund({ refundId, chargeReference, amount, currency: 'EUR' });

  it('makes one checkout for a payment, also if it is asked eight times at once', async () => {
    const request = order();
    const made = await atOnce(test.databaseUrl, 8, () => sandbox.createCheckout(request));
    expect(new Set(made.map(({ reference, url }) => `${reference} ${url}`)).size).toBe(1);
    expect(made[0]?.url).toBe(`${test.url}/sandbox/checkouts/${made[0]?.reference}`);
    await expect(sandbox.createCheckout({ ...request, amount: 1 })).rejects.toThrow(UpstreamFailed);
  });

  it('says how a payment stands: open, paid, refunded, disputed', async () => {
    const { reference } = await sandbox.createCheckout(order());
    const asked = { reference, ...PRICE, refunded: 0, disputed: false };
    expect(await sandbox.fetch(reference)).toEqual({ ...asked, state: 'open' });
    await checkouts.press(reference, 'fail');
    expect(await sandbox.fetch(reference)).toMatchObject({ state: 'open' });
    await checkouts.press(reference, 'pay');
    const { chargeReference = '', ...now } = await sandbox.fetch(reference);
    expect(now).toEqual({ ...asked, state: 'paid' });
    await refund(chargeReference, 250);
    expect(await sandbox.fetch(reference)).toMatchObject({ state: 'paid', refunded: 250, disputed: false });
    await checkouts.press(reference, 'dispute');
    expect(await sandbox.fetch(reference)).toMatchObject({ state: 'paid', refunded: 250, disputed: true });
    await expect(refund(chargeReference, 1)).rejects.toThrow(RefundRefused);
  });

  it('knows nothing of references that it has not made', async () => {
    for (const unknown of [randomUUID(), 'cs_test_1', '']) {
      await expect(sandbox.fetch(unknown)).rejects.toThrow(UpstreamFailed);
      await expect(sandbox.fetchRefund(unknown)).rejects.toThrow(UpstreamFailed);
      await expect(refund(`charge_${unknown}`, 1)).rejects.toThrow(RefundRefused);
    }
  });

  it('can be paid by nobody once it has expired, by itself or because we say so', async () => {
    const given = await sandbox.createCheckout(order());
    await sandbox.expire(given.reference);
    const late = await sandbox.createCheckout(order());
    await sql(test.databaseUrl, 'UPDATE sandbox_checkouts SET expires_at = now() WHERE id = $1', [late.reference]);
    for (const { reference } of [given, late]) {
      expect(await checkouts.press(reference, 'pay')).toBe(false);
      expect(await sandbox.fetch(reference)).toMatchObject({ state: 'expired' });
    }
  });

  it('is not expired any more once it is paid', async () => {
    const { reference } = await paid();
    await sandbox.expire(reference);
    expect(await sandbox.fetch(reference)).toMatchObject({ state: 'paid' });
  });

  it('gives a refund once, also if it is asked eight times at once', async () => {
    const { reference, chargeReference } = await paid();
    const refundId = randomUUID();
    const given = await atOnce(test.databaseUrl, 8, () => refund(chargeReference, 300, refundId));
    expect(new Set(given.map((one) => one.reference)).size).toBe(1);
    expect(await sandbox.fetchRefund(given[0]?.reference ?? '')).toEqual(given[0]);
    expect(await sandbox.fetch(reference)).toMatchObject({ refunded: 300 });
    await expect(refund(chargeReference, 301, refundId)).rejects.toThrow(RefundRefused);
  });

  it('gives never more back than was paid, whoever asks at the same time', async () => {
    const { reference, chargeReference } = await paid();
    const attempt = () => refund(chargeReference, 300).catch((refusal: unknown) => refusal);
    const answers = await atOnce(test.databaseUrl, 8, attempt);
    const refusals = answers.filter((answer) => answer instanceof Error);
    expect(refusals).toHaveLength(4);
    for (const refusal of refusals) expect(refusal).toBeInstanceOf(RefundRefused);
    expect(await sandbox.fetch(reference)).toMatchObject({ refunded: 1_200 });
  });
});

describe('an event of the sandbox', () => {
  const id = randomUUID();
  const body = JSON.stringify({
    type: 'payment.succeeded',
    createdAt: new Date().toISOString(),
    data: { reference: 'r-1', state: 'paid', ...PRICE },
  });
  const starting = async (env: Record<string, string>) => {
    const { app } = await TestApp.start({ env: { PAYMENTS_SANDBOX_ENABLED: 'true', ...env } });
    return {
      sandbox: app.get(SandboxProvider, { strict: false }),
      signatures: app.get(SandboxSignatures, { strict: false }),
    };
  };

  let before: Awaited<ReturnType<typeof starting>>;
  let after: Awaited<ReturnType<typeof starting>>;
  beforeAll(async () => {
    before = await starting({ ENCRYPTION_KEY: KEYS.old });
    after = await starting({ ENCRYPTION_KEY: KEYS.new, ENCRYPTION_KEY_PREVIOUS: KEYS.old });
  });

  it('is proven by the secret of now and by the one before, and says what was paid', () => {
    for (const { signatures } of [before, after]) {
      const event = after.sandbox.verify(Buffer.from(body), signatures.sign(id, body));
      expect(event).toEqual({
        id,
        type: 'payment.succeeded',
        payload: JSON.parse(body) as object,
        reference: 'r-1',
        paid: PRICE,
      });
    }
    expect(() => before.sandbox.verify(Buffer.from(body), after.signatures.sign(id, body))).toThrow(SignatureInvalid);
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('is refused without its %s', (name) => {
    const headers = { ...before.signatures.sign(id, body), [name]: undefined };
    expect(() => before.sandbox.verify(Buffer.from(body), headers)).toThrow(SignatureInvalid);
  });

  it('is refused with one byte changed, or as another event', () => {
    const headers = before.signatures.sign(id, body);
    const changed = Buffer.from(body.replace('1250', '1251'));
    expect(() => before.sandbox.verify(changed, headers)).toThrow(SignatureInvalid);
    const renamed = { ...headers, 'webhook-id': randomUUID() };
    expect(() => before.sandbox.verify(Buffer.from(body), renamed)).toThrow(SignatureInvalid);
  });

  it('is refused when it is older than 300 seconds, or comes from the future', () => {
    const signedAgo = (seconds: number) => before.signatures.sign(id, body, new Date(Date.now() - seconds * 1_000));
    expect(before.sandbox.verify(Buffer.from(body), signedAgo(280))).toMatchObject({ id });
    for (const ago of [301, -320]) {
      expect(() => before.sandbox.verify(Buffer.from(body), signedAgo(ago))).toThrow(SignatureInvalid);
    }
  });
});
