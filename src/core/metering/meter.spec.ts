import type { Tx } from '../database/transactions.js';
import { HealthChecks } from '../health/health-checks.js';
import { Meter, type Metering } from './meter.js';

const tx = {} as Tx;
const payer = { organizationId: 'organization' };
const cost = { reference: 'thing:1', amount: 5 };

function started(metering?: Metering) {
  const checks = new HealthChecks();
  const meter = new Meter(checks);
  if (metering) meter.provide(metering);
  meter.onApplicationBootstrap();
  return { meter, check: Object.fromEntries(checks.all()).meter };
}

describe('the meter', () => {
  it('is free without a feature that counts, and readiness says so', async () => {
    const { meter, check } = started();
    await meter.charge(tx, payer, cost);
    await meter.reserve(tx, payer, cost);
    expect(await meter.capture(tx, payer, cost.reference)).toBe(true);
    expect(await meter.release(tx, payer, cost.reference)).toBe(true);
    expect(await meter.refund(tx, payer, cost)).toBe(true);
    expect(await meter.left(tx, payer)).toBeNull();
    expect(check).toMatchObject({ enabled: false, critical: false });
  });

  it('asks the feature that counts, which is one', async () => {
    const asked: unknown[][] = [];
    const note =
      <T>(answer: T) =>
      (...given: unknown[]) => {
        asked.push(given);
        return Promise.resolve(answer);
      };
    const metering: Metering = {
      charge: note(undefined),
      reserve: note(undefined),
      capture: note(false),
      release: note(false),
      refund: note(false),
      left: note(7),
    };
    const { meter, check } = started(metering);
    await meter.charge(tx, payer, cost);
    await meter.reserve(tx, payer, cost);
    expect(await meter.capture(tx, payer, 'thing:1', 3)).toBe(false);
    expect(await meter.release(tx, payer, 'thing:1')).toBe(false);
    expect(await meter.refund(tx, payer, cost)).toBe(false);
    expect(await meter.left(tx, payer)).toBe(7);
    expect(asked).toEqual([
      [tx, payer, cost],
      [tx, payer, cost],
      [tx, payer, 'thing:1', 3],
      [tx, payer, 'thing:1'],
      [tx, payer, cost],
      [tx, payer],
    ]);
    expect(check).toMatchObject({ enabled: true });
    expect(() => meter.provide(metering)).toThrow('The meter is provided twice.');
  });
});
