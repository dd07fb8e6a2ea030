import { ACTOR_HEADER } from '../../../test/harness/actors.js';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { available, book, hold, once, published, runOut, type Sale } from './box-office.harness.js';
import { FakeDesk } from './fake-desk.harness.js';

describe('a booking', () => {
  let test: TestApp;
  let desk: FakeDesk;
  let sale: Sale;
  let buyer: ApiClient;
  beforeAll(async () => {
    test = await TestApp.start();
    desk = new FakeDesk(test);
  });
  beforeEach(async () => {
    sale = await published(test);
    ({ api: buyer } = await test.actor('viewer'));
  });

  const read = async (id: string) => (await buyer.get(`/v1/bookings/${id}`)).body;
  const paymentOf = async (id: string) => (await read(id)).paymentId as string;
  const paidBy = async (api: ApiClient, id: string) => String((await api.get(`/v1/bookings/${id}`)).body.paymentId);
  const booked = async (...labels: string[]) => (await book(buyer, await hold(buyer, sale, labels))).body;

  it('waits for its payment, which confirms it', async () => {
    const booking = await booked('A1', 'A2');
    expect(booking).toMatchObject({
      status: 'pending_payment',
      totalMinor: 10_000,
      currency: 'EUR',
      confirmedAt: null,
    });
    expect(booking.checkoutUrl).toBe(`https://pay.example.org/${String(booking.paymentId)}`);
    expect(await desk.settle(await paymentOf(booking.id))).toBe('settled');
    expect(await read(booking.id)).toMatchObject({ status: 'confirmed', expiresAt: null });
    expect(await available(test, sale)).toBe(8);
    expect(await desk.settle(await paymentOf(booking.id))).toBe('settled');
  });

  it('[R-60] #3 is of nobody else, and of nothing that has expired', async () => {
    const held = await hold(buyer, sale, ['A1']);
    const { api: other } = await test.actor();
    expect(await book(other, held)).toMatchObject({ status: 409, body: { code: 'HOLD_EXPIRED' } });
    await runOut(test, held.body.id);
    expect(await book(buyer, held)).toMatchObject({ status: 409, body: { code: 'HOLD_EXPIRED' } });
    expect(await sql(test.databaseUrl, 'SELECT FROM bookings WHERE event_id = $1', [sale.id])).toEqual([]);
  });

  it('[R-16] #1 has one row in the audit log for its making, and one for its end', async () => {
    const { id } = await booked('A1');
    await once(buyer)
      .with({ 'x-request-id': `end-of-${id}` })
      .post(`/v1/bookings/${id}/cancel`);
    const { organizationId } = await read(id);
    const log = 'SELECT action, organization_id, request_id FROM audit_log WHERE target_id = $1 ORDER BY id';
    expect(await sql(test.databaseUrl, log, [id])).toEqual([
      { action: 'booking.created', organization_id: organizationId, request_id: expect.any(String) as string },
      { action: 'booking.cancelled', organization_id: organizationId, request_id: `end-of-${id}` },
    ]);
  });

  it('[R-30] #1 is nothing that cannot be, nor are its seats and what they cost', async () => {
    const { id } = await booked('A1');
    const refused = {
      bookings: ["status = 'sold'", 'total_minor = -1', 'refunded_minor = total_minor + 1', "currency = 'euro'"],
      seat_types: ['price_minor = -1', 'capacity = 0', "name = repeat('x', 10240)"],
      seat_rows: ['last = first - 1'],
      seats: ["label = ''", 'event_id = NULL'],
    };
    for (const [table, changes] of Object.entries(refused)) {
      const which = table === 'bookings' ? `id = '${id}'` : `event_id = '${sale.id}'`;
      for (const change of changes) {
        const update = sql(test.databaseUrl, `UPDATE ${table} SET ${change} WHERE ${which}`);
        await expect(update).rejects.toMatchObject({ code: expect.stringMatching(/^2[23]/) as string });
      }
    }
  });

  it('that is not paid expires, frees its seats, and its payment is given up', async () => {
    const { id, paymentId } = await booked('A1');
    await runOut(test, id);
    await eventually(async () => expect(await read(id)).toMatchObject({ status: 'expired' }));
    expect(await available(test, sale)).toBe(10);
    expect(desk.cancelled).toContain(paymentId);
  });

  it('that is paid too late is refused, whether or not somebody has cleaned up', async () => {
    const { id, paymentId } = await booked('A1');
    await runOut(test, id);
    expect(await desk.settle(String(paymentId))).toBe('refused');
    await eventually(async () => expect(await read(id)).toMatchObject({ status: 'expired' }));
    expect(await desk.settle(String(paymentId))).toBe('refused');
    const { api: other } = await test.actor();
    expect(await hold(other, sale, ['A1'])).toMatchObject({ status: 201 });
  });

  it('is cancelled by its buyer, who gets the money back in time', async () => {
    const { id, paymentId } = await booked('A1', 'A2');
    await desk.settle(String(paymentId));
    expect(await once(buyer).post(`/v1/bookings/${id}/cancel`)).toMatchObject({
      status: 200,
      body: { status: 'cancelled' },
    });
    expect(desk.refunds).toContainEqual(expect.objectContaining({ paymentId, amount: 10_000 }));
    expect(await available(test, sale)).toBe(10);
    await desk.giveBack(String(paymentId));
    expect(await read(id)).toMatchObject({ refundedMinor: 10_000 });
    expect(await once(buyer).post(`/v1/bookings/${id}/cancel`)).toMatchObject({
      status: 409,
      body: { code: 'BOOKING_ENDED' },
    });
  });

  it('ends with its event, and all of the money goes back', async () => {
    const [paid, unpaid] = [await booked('A1'), await booked('A2')];
    await desk.settle(String(paid.paymentId));
    await sale.organizer.post(`/v1/events/${sale.id}/cancel`);
    await eventually(async () => expect(await read(paid.id)).toMatchObject({ status: 'cancelled' }));
    await eventually(async () => expect(await read(unpaid.id)).toMatchObject({ status: 'cancelled' }));
    expect(desk.refunds).toContainEqual(expect.objectContaining({ paymentId: paid.paymentId, amount: 5_000 }));
  });

  it('is seen by its buyer and by whoever sells it', async () => {
    const { id } = await booked('A1');
    const { api: stranger } = await test.actor();
    expect(await stranger.get(`/v1/bookings/${id}`)).toMatchObject({ status: 404 });
    expect(await sale.organizer.get(`/v1/bookings/${id}`)).toMatchObject({ status: 200, body: { id } });
    expect((await sale.organizer.get<{ data: object[] }>(`/v1/events/${sale.id}/bookings`)).body.data).toMatchObject([
      { id },
    ]);
    expect((await buyer.get<{ data: object[] }>('/v1/bookings')).body.data).toMatchObject([{ id }]);
    expect(await stranger.get(`/v1/events/${sale.id}/bookings`)).toMatchObject({ status: 404 });
  });

  it('is not seen by viewers of whoever sells it, and goes with its buyer from organization to organization', async () => {
    const { actor, api } = await test.actor();
    const { id } = (await book(api, await hold(api, sale, ['A1']))).body;
    const { organizationId } = (await test.actor()).actor;
    const elsewhere = test.api.with({ [ACTOR_HEADER]: JSON.stringify({ ...actor, organizationId }) });
    expect(await elsewhere.get(`/v1/bookings/${id}`)).toMatchObject({ status: 200 });
    expect((await elsewhere.get<{ data: object[] }>('/v1/bookings')).body.data).toMatchObject([{ id }]);
    await desk.settle(await paidBy(elsewhere, id));
    expect(await elsewhere.get(`/v1/bookings/${id}/ticket`)).toMatchObject({ status: 200 });
    const { event } = (await elsewhere.get<{ event: { organizationId: string } }>(`/v1/bookings/${id}`)).body;
    const colleague = { ...(await test.actor()).actor, organizationId: event.organizationId };
    for (const [role, status] of [
      ['viewer', 404],
      ['member', 200],
    ] as const) {
      const as = test.api.with({ [ACTOR_HEADER]: JSON.stringify({ ...colleague, role }) });
      expect(await as.get(`/v1/bookings/${id}`)).toMatchObject({ status });
    }
    expect(await once(elsewhere).post(`/v1/bookings/${id}/cancel`)).toMatchObject({ status: 200 });
  });

  it('is paid for by another link, once that payment has failed', async () => {
    const { id, checkoutUrl, paymentId } = await booked('A1');
    await desk.fail(String(paymentId));
    const { status, body: again } = await once(buyer).post(`/v1/bookings/${id}/checkout`);
    expect({ status, again }).toMatchObject({ status: 201, again: { status: 'pending_payment' } });
    expect(again.checkoutUrl).not.toBe(checkoutUrl);
    expect(await desk.settle(String(again.paymentId))).toBe('settled');
    expect(await once(buyer).post(`/v1/bookings/${id}/checkout`)).toMatchObject({
      status: 409,
      body: { code: 'BOOKING_ENDED' },
    });
  });

  it('is not paid for once its event is cancelled, or has begun', async () => {
    const [first, second] = [await booked('A1'), await booked('A2')];
    const change = (set: string) => sql(test.databaseUrl, `UPDATE ticketed_events SET ${set} WHERE id = $1`, [sale.id]);
    await change(`starts_at = now() - interval '1 s'`);
    expect(await desk.settle(String(first.paymentId))).toBe('refused');
    await change(`starts_at = now() + interval '1 day', status = 'cancelled', cancelled_at = now()`);
    expect(await desk.settle(String(second.paymentId))).toBe('refused');
  });

  it('waits for its money no longer than until the start', async () => {
    const startsAt = new Date(Date.now() + 120_000).toISOString();
    sale = await published(test, { startsAt });
    expect(await booked('A1')).toMatchObject({ expiresAt: startsAt });
  });
});
