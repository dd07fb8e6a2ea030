import { TestApp } from '../../../test/harness/app.js';
import { salesModule, Shop, seatId } from './payments.harness.js';
import { Bank, ScriptedProvider } from './scripted-provider.harness.js';
import { keyed } from './till.harness.js';
import { StartRefused } from '../../core/lifecycle/start-refused.js';
import { Transactions } from '../../core/database/transactions.js';
import { Payments } from '../../core/payments/payments.js';

/** Those of others are switched off. */
const ALONE = { PAYMENTS_SANDBOX_ENABLED: 'false', STRIPE_ENABLED: 'false', RAZORPAY_ENABLED: 'false' };

const provider = (name: string, enabled = true) => new ScriptedProvider(new Bank(), name, enabled);

const start = (providers: ScriptedProvider[], env: Record<string, string> = {}) =>
  TestApp.start({ modules: [salesModule(providers, { seat: new Shop() })], env: { ...ALONE, ...env } });

describe('new payments', () => {
  const pay = async (test: TestApp) =>
    keyed((await test.actor()).api).post('/v1/billing/payments', { payable: { kind: 'seat', id: seatId('A') } });

  it('are taken by the only provider that is switched on', async () => {
    const test = await start([provider('one'), provider('two', false)]);
    expect((await pay(test)).status).toBe(201);
    const { body } = await test.api.get<{ checks: Record<string, { status: string }> }>('/health/ready');
    expect(body.checks.payments?.status).toBe('up');
  });

  it('are taken by the provider that PAYMENT_PROVIDER names, of several', async () => {
    const test = await start([provider('one'), provider('two')], { PAYMENT_PROVIDER: 'two' });
    expect((await pay(test)).status).toBe(201);
  });

  it('are not begun where it is not clear who takes them, or where that one is switched off', async () => {
    const refusal = (...of: Parameters<typeof start>) => start(...of).catch((thrown: unknown) => thrown);
    // One after the other: they share the environment of this process.
    const refused = [
      await refusal([provider('one'), provider('two')]),
      await refusal([provider('one')], { PAYMENT_PROVIDER: 'three' }),
      await refusal([provider('one'), provider('two', false)], { PAYMENT_PROVIDER: 'two' }),
    ];
    for (const one of refused) {
      expect(one).toBeInstanceOf(StartRefused);
      expect((one as Error).message).toContain('PAYMENT_PROVIDER');
    }
  });

  it('[R-04] #2 [R-04] #3 are refused as FEATURE_DISABLED where no provider is on, and readiness says so', async () => {
    const test = await start([provider('one', false)]);
    const started = performance.now();
    const answer = await pay(test);
    expect(answer).toMatchObject({ status: 503, body: { code: 'FEATURE_DISABLED', details: { feature: 'payments' } } });
    expect(performance.now() - started).toBeLessThan(5_000);
    const { actor } = await test.actor();
    const opening = test.app
      .get(Transactions)
      .run((tx) => test.app.get(Payments).open(tx, actor, { kind: 'seat', id: seatId('A') }));
    await expect(opening).rejects.toMatchObject({ code: 'FEATURE_DISABLED' });
    const ready = await test.api.get<{ checks: Record<string, { status: string }> }>('/health/ready');
    expect([ready.status, ready.body.checks.payments?.status]).toEqual([200, 'disabled']);
  });
});
