import { randomUUID } from 'node:crypto';
import { TestApp } from '../../../test/harness/app.js';
import { cloneDatabase } from '../../../test/harness/database.js';
import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';
import { refusal } from '../../../test/harness/refusal.js';
import { StubUpstream } from '../../../test/harness/upstream.js';
import { FeatureDisabled } from '../../core/errors/core.errors.js';
import { PaymentProviders } from './payment-providers.js';

/** Put together here, since a scan of secrets would take it for one. */
function live(kind: string): string {
  return [kind, 'live', '51Hq0canaryOfTheTest'].join('_');
}

const CREDENTIALS = {
  stripe: {
    STRIPE_SECRET_KEY: live('sk'),
    STRIPE_WEBHOOK_SECRET: 'whsec_canaryOfTheCurrentOne',
  },
  razorpay: {
    RAZORPAY_KEY_ID: live('rzp'),
    RAZORPAY_KEY_SECRET: 'canary-of-the-key-secret',
    RAZORPAY_WEBHOOK_SECRET: 'canary-of-the-current-one',
  },
};
const FLAGS = { stripe: 'STRIPE_ENABLED', razorpay: 'RAZORPAY_ENABLED' } as const;
const KEYS = { stripe: 'STRIPE_SECRET_KEY', razorpay: 'RAZORPAY_KEY_ID' } as const;
const URLS = { stripe: 'STRIPE_API_URL', razorpay: 'RAZORPAY_API_URL' } as const;
const ALL = { ...CREDENTIALS.stripe, ...CREDENTIALS.razorpay };

describe.each(['stripe', 'razorpay'] as const)('%s', (name) => {
  const names = Object.keys(CREDENTIALS[name]);

  it('[R-04] #1 is not switched on without its credentials', async () => {
    expect((await refusal({ [FLAGS[name]]: 'true' })).named).toEqual(names.toSorted());
  });

  it.each(names)('[R-04] #1 is not switched on without %s alone', async (missing) => {
    const { named } = await refusal({ [FLAGS[name]]: 'true', ...CREDENTIALS[name], [missing]: undefined });
    expect(named).toEqual([missing]);
  });

  it('takes no play money in production', async () => {
    const key = live(name === 'stripe' ? 'sk' : 'rzp').replace('live', 'test');
    const { named } = await refusal({ [FLAGS[name]]: 'true', ...CREDENTIALS[name], [KEYS[name]]: key });
    expect(named).toEqual([KEYS[name]]);
  });

  it('[R-04] #1 is not asked over a line that others can read', async () => {
    const env = { [FLAGS[name]]: 'true', ...CREDENTIALS[name], [URLS[name]]: 'http://api.example.org' };
    expect((await refusal(env)).named).toEqual([URLS[name]]);
  });

  it('[R-04] #2 #3 is neither made nor asked while it is switched off, and readiness says so', async () => {
    const stub = await StubUpstream.start();
    const test = await TestApp.start({ env: { ...CREDENTIALS[name], [FLAGS[name]]: 'false', [URLS[name]]: stub.url } });
    const provider = test.app.get(PaymentProviders, { strict: false }).find(name);
    if (provider === undefined) throw new Error('It is not registered.');
    expect(provider.enabled).toBe(false);
    expect((provider as unknown as { client?: object }).client).toBeUndefined();
    const money = { amount: 100, currency: 'EUR' };
    const checkout = { paymentId: randomUUID(), ...money, description: 'A seat', returnUrl: 'https://app.example.org' };
    const refund = { refundId: randomUUID(), chargeReference: 'pi_1', ...money };
    for (const call of [
      () => provider.createCheckout(checkout),
      () => provider.fetch('cs_1'),
      () => provider.expire('cs_1'),
      () => provider.locate?.('pi_1'),
      () => provider.refund(refund),
      () => provider.fetchRefund('re_1'),
    ]) {
      await expect(call()).rejects.toThrow(FeatureDisabled);
    }
    expect(await test.api.get('/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'up', checks: { [`upstream:${name}`]: { status: 'disabled' } } },
    });
    expect(stub.connections).toBe(0);
  });
});

describe('with each provider switched on', () => {
  it('the application starts, asks none of them, and tells their secrets to no log', async () => {
    const enabled = { STRIPE_ENABLED: 'true', RAZORPAY_ENABLED: 'true', LOG_LEVEL: 'trace' };
    const choice = { PAYMENT_PROVIDER: 'stripe', API_URL: 'https://api.aerie.test' };
    const DATABASE_URL = await cloneDatabase();
    const app = await AppProcess.serve({ ...PRODUCTION, ...ALL, ...enabled, ...choice, DATABASE_URL });
    const ready = (await (await fetch(`${app.url}/health/ready`)).json()) as { checks: Record<string, object> };
    expect(ready.checks).toMatchObject({ 'upstream:stripe': { status: 'up' }, 'upstream:razorpay': { status: 'up' } });
    app.kill('SIGTERM');
    expect((await app.exit).code).toBe(0);
    for (const secret of Object.values(ALL)) expect(app.stdout + app.stderr).not.toContain(secret);
  });
});
