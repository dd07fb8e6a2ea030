import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { book, hold, once, published, type Sale } from './box-office.harness.js';
import { FakeDesk } from './fake-desk.harness.js';

const HOUR_MS = 3_600_000;
const inHours = (count: number) => new Date(Date.now() + count * HOUR_MS).toISOString();

describe('whoever cancels', () => {
  let test: TestApp;
  let desk: FakeDesk;
  let sale: Sale;
  let buyer: ApiClient;
  beforeAll(async () => {
    test = await TestApp.start({ env: { BOOKINGS_REFUND_UNTIL_HOURS: '48', BOOKINGS_LATE_REFUND_PERCENT: '33' } });
    desk = new FakeDesk(test);
    ({ api: buyer } = await test.actor('viewer'));
  });

  const paid = async (startsAt: string) => {
    sale = await published(test, { startsAt });
    const { id, paymentId } = (await book(buyer, await hold(buyer, sale, ['A1']))).body;
    await desk.settle(String(paymentId));
    return { id, paymentId: String(paymentId) };
  };
  const cancel = (id: string) => once(buyer).post(`/v1/bookings/${id}/cancel`);
  const change = (set: string) => sql(test.databaseUrl, `UPDATE ticketed_events SET ${set} WHERE id = $1`, [sale.id]);
  const backOf = (paymentId: string) =>
    desk.refunds.filter((refund) => refund.paymentId === paymentId).map(({ amount }) => amount);

  it.each([
    ['in time gets all of it back', 49, [5_000]],
    ['late gets a part, and no fraction of a cent', 47, [1_650]],
  ])('%s', async (_, hours, refunds) => {
    const { id, paymentId } = await paid(inHours(hours));
    expect(await cancel(id)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect(backOf(paymentId)).toEqual(refunds);
  });

  it('gets no more than the policy says, whatever was given back before', async () => {
    const { id, paymentId } = await paid(inHours(47));
    await desk.giveBack(paymentId, 1_000);
    await cancel(id);
    expect(backOf(paymentId)).toEqual([650]);
    const generous = await paid(inHours(47));
    await desk.giveBack(generous.paymentId, 2_000);
    expect((await cancel(generous.id)).status).toBe(200);
    expect(backOf(generous.paymentId)).toEqual([]);
  });

  it('gets all of it back from an event that is not what they have booked any more', async () => {
    const { id, paymentId } = await paid(inHours(100));
    expect((await sale.organizer.patch(`/v1/events/${sale.id}`, { startsAt: inHours(2) })).status).toBe(200);
    expect((await cancel(id)).status).toBe(200);
    expect(backOf(paymentId)).toEqual([5_000]);
  });

  it('is held up by nothing that is on its way back already', async () => {
    const { id } = await paid(inHours(100));
    desk.left = 0;
    expect(await cancel(id)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    desk.left = undefined;
  });

  it('is too late once it has begun, and nobody makes a past event a coming one', async () => {
    const { id, paymentId } = await paid(inHours(100));
    await change(`starts_at = now() - interval '1 s'`);
    const started = { status: 409, body: { code: 'EVENT_STARTED' } };
    expect(await cancel(id)).toMatchObject({ status: 409, body: { code: 'BOOKING_ENDED' } });
    expect(await sale.organizer.post(`/v1/events/${sale.id}/cancel`)).toMatchObject(started);
    expect(await sale.organizer.patch(`/v1/events/${sale.id}`, { startsAt: inHours(100) })).toMatchObject(started);
    expect(backOf(paymentId)).toEqual([]);
  });

  it('may be an organizer for a second time, if something was left', async () => {
    const { id } = await paid(inHours(100));
    await change(`status = 'cancelled', cancelled_at = now()`);
    expect(await sale.organizer.post(`/v1/events/${sale.id}/cancel`)).toMatchObject({ status: 200 });
    await eventually(async () =>
      expect((await buyer.get(`/v1/bookings/${id}`)).body).toMatchObject({ status: 'cancelled' }),
    );
  });
});
