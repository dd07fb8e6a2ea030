import { randomUUID } from 'node:crypto';
import type { Answer, ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { eventually } from '../../../test/harness/eventually.js';
import { HttpSink } from '../../../test/harness/http-sink.js';
import { payInSandbox } from '../../../test/harness/sandbox-payment.js';
import { connect, heardBy } from '../../../test/harness/sockets.js';
import { available, book, hold, once, published, type Sale } from './box-office.harness.js';
import { seatFaults } from './seat-faults.harness.js';

const PATIENCE_MS = 60_000;
const env = { PAYMENTS_SANDBOX_ENABLED: 'true', WEBHOOKS_ALLOW_LOOPBACK: 'true' };

interface Told {
  readonly type: string;
  readonly data: { readonly id: string; readonly status: string };
}

/** A sold seat, from the first look at it to the last cent of it. */
describe('the story of a seat', () => {
  let test: TestApp;
  let sale: Sale;
  let buyer: ApiClient;
  let receiver: HttpSink;
  beforeAll(async () => {
    test = await TestApp.start({ env });
    receiver = await HttpSink.open();
  });
  beforeEach(async () => {
    sale = await published(test);
    ({ api: buyer } = await test.actor());
    const endpoint = { url: `${receiver.url}/hooks`, eventTypes: ['booking.confirmed', 'booking.cancelled'] };
    expect(await sale.organizer.post('/v1/webhook-endpoints', endpoint)).toMatchObject({ status: 201 });
  });
  afterEach(async () => expect(await seatFaults(test)).toEqual([]));

  const watched = async () => {
    const socket = await connect(test.url, '/live');
    const heard = heardBy(socket);
    const snapshot = (await socket.emitWithAck('subscribe', { eventId: sale.id })) as { version: number };
    return {
      snapshot,
      versions: () => [snapshot, ...heard.map(([, update]) => update as typeof snapshot)].map(({ version }) => version),
      heard,
    };
  };
  const left = (available: number) =>
    expect.arrayContaining([expect.objectContaining({ id: sale.types.VIP, available })]) as unknown[];
  const becomes = (id: unknown, what: object) =>
    eventually(
      async () => expect((await buyer.get(`/v1/bookings/${String(id)}`)).body).toMatchObject(what),
      PATIENCE_MS,
    );
  const toldOutside = (type: string, id: unknown) =>
    eventually(() => {
      const told = receiver.received.map(({ body }) => JSON.parse(body) as Told);
      expect(told).toContainEqual(expect.objectContaining({ type, data: expect.objectContaining({ id }) as object }));
      return Promise.resolve();
    }, PATIENCE_MS);
  const bought = async (...labels: string[]): Promise<Answer> => {
    const booked = await book(buyer, await hold(buyer, sale, labels));
    expect(booked).toMatchObject({ status: 201, body: { status: 'pending_payment', confirmedAt: null } });
    expect(await payInSandbox(test, String(booked.body.checkoutUrl))).toBe(303);
    await becomes(booked.body.id, { status: 'confirmed' });
    return booked;
  };
  const checkIn = (code: unknown, key: string = randomUUID()) =>
    sale.organizer.with({ 'idempotency-key': key }).post(`/v1/events/${sale.id}/check-in`, { code });

  it('is held, paid for, told of, shown at the door once, given back and paid back', async () => {
    const { snapshot, versions, heard } = await watched();
    expect(snapshot).toMatchObject({ seatTypes: left(10) });

    const { id } = (await bought('A1', 'A2')).body;
    const update = { eventId: sale.id, seatTypes: left(8) };
    await eventually(() =>
      Promise.resolve(expect(heard).toContainEqual(['event:seats-update', expect.objectContaining(update)])),
    );
    await toldOutside('booking.confirmed', id);

    const ticket = await buyer.get(`/v1/bookings/${String(id)}/ticket`);
    expect(ticket).toMatchObject({
      status: 200,
      body: { bookingId: id, svg: expect.stringContaining('<svg') as string },
    });
    const key = randomUUID();
    for (const code of [ticket.body.code, ticket.body.code])
      expect(await checkIn(code, key)).toMatchObject({ status: 200, body: { id } });
    expect(await checkIn(ticket.body.code)).toMatchObject({ status: 409, body: { code: 'ALREADY_CHECKED_IN' } });
    const cancelled = await once(buyer).post(`/v1/bookings/${String(id)}/cancel`);
    expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    await becomes(id, { status: 'cancelled', refundedMinor: 10_000 });
    await toldOutside('booking.cancelled', id);
    expect(await available(test, sale)).toBe(10);
    const last = { eventId: sale.id, seatTypes: left(10) };
    await eventually(() =>
      Promise.resolve(expect(heard.at(-1)).toEqual(['event:seats-update', expect.objectContaining(last)])),
    );
    expect(versions()).toEqual([...new Set(versions())].sort((one, other) => one - other));
  }, 180_000);

  it('ends with its event: the ticket is worth nothing, and all of the money goes back', async () => {
    const { id, paymentId } = (await bought('A1')).body;
    const { code } = (await buyer.get(`/v1/bookings/${String(id)}/ticket`)).body;
    expect(await sale.organizer.post(`/v1/events/${sale.id}/cancel`)).toMatchObject({ status: 200 });
    await becomes(id, { status: 'cancelled', refundedMinor: 5_000 });
    const payment = await buyer.get(`/v1/billing/payments/${String(paymentId)}`);
    expect(payment).toMatchObject({ status: 200, body: { amount: 5_000, refunded: 5_000 } });
    expect(await checkIn(code)).toMatchObject({ status: 409, body: { code: 'EVENT_CANCELLED' } });
    await toldOutside('booking.cancelled', id);
    const other = await hold((await test.actor()).api, sale, ['A1']);
    expect(other).toMatchObject({ status: 409, body: { code: 'EVENT_NOT_ON_SALE' } });
  }, 180_000);
});
