import type { Actor } from '../access/actor.js';
import type { Tx } from '../database/transactions.js';
import { FeatureDisabled } from '../errors/core.errors.js';
import { HealthChecks } from '../health/health-checks.js';
import { Payables } from './payables.js';
import { type PaymentDesk, Payments } from './payments.js';

const tx = {} as Tx;
const buyer = {} as Actor;
const ticket = { kind: 'ticket', id: '1' };
const refund = { paymentId: '1', amount: 5, reason: 'cancelled', reference: 'ticket:1' };

function started(desk?: PaymentDesk) {
  const checks = new HealthChecks();
  const payments = new Payments(checks);
  if (desk) payments.provide(desk);
  payments.onApplicationBootstrap();
  return { payments, check: Object.fromEntries(checks.all()).payments };
}

describe('payments', () => {
  it('are switched off without a feature that takes money', () => {
    const { payments, check } = started();
    expect(payments.enabled).toBe(false);
    expect(() => payments.open(tx, buyer, ticket)).toThrow(FeatureDisabled);
    expect(() => payments.refund(tx, refund)).toThrow(FeatureDisabled);
    expect(() => payments.cancel(tx, '1')).toThrow(FeatureDisabled);
    expect(check).toMatchObject({ enabled: false });
  });

  it('are what the feature that takes money says', async () => {
    const open = { id: '1', checkoutUrl: 'https://here.test/1', amount: 5, currency: 'EUR' };
    const desk = { enabled: false, open: () => Promise.resolve(open), refund: () => Promise.resolve(5), cancel: done };
    const { payments, check } = started(desk);
    expect(await payments.open(tx, buyer, ticket)).toBe(open);
    expect(await payments.refund(tx, refund)).toBe(5);
    await payments.cancel(tx, '1');
    expect(check).toMatchObject({ enabled: false });
    expect(() => payments.provide(desk)).toThrow('The payment desk is provided twice.');
  });
});

describe('payables', () => {
  it('are known by kind, and none comes after the start', () => {
    const payables = new Payables();
    const payable = { quote: () => Promise.reject(new Error()), settle: () => Promise.reject(new Error()), fail: done };
    payables.register('ticket', payable);
    payables.onApplicationBootstrap();
    expect(payables.find('ticket')).toBe(payable);
    expect(payables.find('other')).toBeUndefined();
    expect(() => payables.register('late', payable)).toThrow('comes too late');
  });
});

function done(): Promise<void> {
  return Promise.resolve();
}
