import { jest } from '@jest/globals';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { METRICS } from '../../../test/harness/process.js';
import { Alerts } from '../../core/alerts/alerts.js';
import { available, book, hold, holdStanding, published, type Sale } from './box-office.harness.js';
import { SeatReconciliationJob } from './seat-reconciliation.job.js';
import { seatFaults } from './seat-faults.harness.js';

describe('every hour', () => {
  let test: TestApp;
  let sale: Sale;
  let buyer: ApiClient;
  beforeAll(async () => {
    test = await TestApp.start({ env: METRICS.env });
  });
  beforeEach(async () => {
    sale = await published(test);
    ({ api: buyer } = await test.actor('viewer'));
  });
  afterEach(() => void jest.restoreAllMocks());

  const reconcile = () =>
    test.app.get(SeatReconciliationJob).handle({}, { jobId: '', attempt: 1, signal: new AbortController().signal });
  const differences = () => METRICS.value(test, 'seat_differences_total');
  const plant = (statement: string) => sql(test.databaseUrl, statement, [sale.id]);
  const version = async () => (await test.api.get(`/v1/events/${sale.id}/availability`)).body.version as number;

  it('seats that add up are left as they are', async () => {
    await hold(buyer, sale, ['A1', 'A2']);
    await book(buyer, await holdStanding(buyer, sale, 2));
    const [before, known] = [await version(), await differences()];
    await reconcile();
    expect([await version(), await differences()]).toEqual([before, known]);
    expect([await available(test, sale), await available(test, sale, 'Standing')]).toEqual([8, 3]);
  });

  it('a tally that is wrong is told of, and is what is taken again', async () => {
    const raised = jest.spyOn(test.app.get(Alerts), 'raise');
    await hold(buyer, sale, ['A1', 'A2', 'A3']);
    await holdStanding(buyer, sale, 2);
    await plant('UPDATE seat_tallies SET taken = 1 WHERE event_id = $1');
    expect(await seatFaults(test)).toHaveLength(2);
    const [before, known] = [await version(), await differences()];
    await reconcile();
    expect(await seatFaults(test)).toEqual([]);
    expect([await available(test, sale), await available(test, sale, 'Standing')]).toEqual([7, 3]);
    expect((await differences()) - known).toBe(2);
    expect(raised).toHaveBeenCalledWith(expect.objectContaining({ key: 'seats-differ', severity: 'critical' }));
    // Or else nobody who watches would hear of it.
    expect(await version()).toBeGreaterThan(before);
  });

  it('an event of which nothing can be known keeps none of the others', async () => {
    const broken = await published(test);
    const { body } = await book(buyer, await holdStanding(buyer, broken, 1));
    await sql(test.databaseUrl, `UPDATE bookings SET seats = '{}' WHERE id = $1`, [body.id]);
    await hold(buyer, sale, ['A1']);
    await plant('UPDATE seat_tallies SET taken = taken + 1 WHERE event_id = $1');
    await expect(reconcile()).rejects.toThrow('1 events could not be reconciled.');
    expect(await available(test, sale)).toBe(9);
    await sql(test.databaseUrl, 'DELETE FROM bookings WHERE id = $1', [body.id]);
    await sql(test.databaseUrl, 'DELETE FROM seats WHERE hold_id = $1', [body.id]);
    await reconcile();
    expect(await seatFaults(test)).toEqual([]);
  });

  it('a tally that is missing is made', async () => {
    await hold(buyer, sale, ['A1']);
    await holdStanding(buyer, sale, 3);
    await plant('DELETE FROM seat_tallies WHERE event_id = $1');
    await reconcile();
    expect(await seatFaults(test)).toEqual([]);
    expect(await holdStanding(buyer, sale, 3)).toMatchObject({ status: 409, body: { code: 'SOLD_OUT' } });
  });

  it('a tally is mended by what it differs by, whatever is taken meanwhile', async () => {
    await hold(buyer, sale, ['A1', 'A2']);
    await plant('UPDATE seat_tallies SET taken = taken + 5 WHERE event_id = $1 AND room IS NULL');
    const others = await Promise.all([...'345678'].map(() => test.actor('viewer')));
    await Promise.all([
      reconcile(),
      reconcile(),
      ...others.map(async ({ api }, index) => {
        const { body } = await hold(api, sale, [`A${index + 3}`]);
        if (index % 2) await api.send('DELETE', `/v1/holds/${body.id}`);
      }),
    ]);
    expect(await seatFaults(test)).toEqual([]);
    expect(await available(test, sale)).toBe(5);
  });

  it('a booking without its seats is told of, and left to people', async () => {
    const booked = await book(buyer, await holdStanding(buyer, sale, 1));
    await plant('DELETE FROM seats WHERE event_id = $1');
    const known = await differences();
    await reconcile();
    expect((await differences()) - known).toBe(1);
    expect(await available(test, sale, 'Standing')).toBe(5);
    expect((await buyer.get(`/v1/bookings/${booked.body.id}`)).body).toMatchObject({ status: 'confirmed' });
    await plant(`UPDATE ticketed_events SET starts_at = now() - interval '2 days' WHERE id = $1`);
  });

  it('more than there is room for is told of, and no other event waits for it', async () => {
    await holdStanding(buyer, sale, 5);
    const other = await published(test);
    await holdStanding(buyer, other, 1);
    await plant(`
      INSERT INTO seats (organization_id, event_id, seat_type_id, hold_id, expires_at)
      SELECT organization_id, event_id, seat_type_id, hold_id, expires_at FROM seats WHERE event_id = $1`);
    await sql(test.databaseUrl, 'UPDATE seat_tallies SET taken = 0 WHERE event_id = $1', [other.id]);
    await reconcile();
    expect(await available(test, other, 'Standing')).toBe(4);
    expect(await seatFaults(test)).toContainEqual({ fault: 'more are taken than there are', id: sale.types.Standing });
  });
});
