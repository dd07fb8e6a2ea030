import { ACTOR_HEADER } from '../../../test/harness/actors.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { available, book, hold, holdStanding, once, published, runOut, type Sale } from './box-office.harness.js';
import { ExpiredSeats } from './expired-seats.js';
import { FakeDesk } from './fake-desk.harness.js';

describe('a hold', () => {
  let test: TestApp;
  let sale: Sale;
  beforeAll(async () => {
    test = await TestApp.start();
  });
  beforeEach(async () => {
    sale = await published(test);
  });

  const rows = () => sql(test.databaseUrl, 'SELECT FROM seats WHERE event_id = $1', [sale.id]);

  it('[R-60] #2 makes a row of a seat when somebody takes it, and none before', async () => {
    const big = await published(test, {
      seatTypes: [
        { name: 'VIP', priceMinor: 0, currency: 'EUR', capacity: 10_000, rows: [{ prefix: 'S', from: 1, to: 10_000 }] },
      ],
    });
    sale = big;
    expect(await rows()).toHaveLength(0);
    const { api } = await test.actor();
    expect(await hold(api, big, ['S9999'])).toMatchObject({ status: 201 });
    expect(await rows()).toHaveLength(1);
    expect(await available(test, big)).toBe(9_999);
  });

  it('is of all seats or none', async () => {
    const [one, other] = [await test.actor(), await test.actor()];
    const held = await hold(one.api, sale, ['A1', 'A2']);
    expect(held).toMatchObject({
      status: 201,
      body: { eventId: sale.id, seats: [{ label: 'A1' }, { label: 'A2' }] },
    });
    expect(await hold(other.api, sale, ['A3', 'A2'])).toMatchObject({
      status: 409,
      body: { code: 'SEAT_TAKEN', details: { label: 'A2' } },
    });
    expect(await available(test, sale)).toBe(8);
    expect(await hold(other.api, sale, ['A3'])).toMatchObject({ status: 201 });
  });

  it('is given back at once', async () => {
    const [one, other] = [await test.actor(), await test.actor()];
    const { body } = await hold(one.api, sale, ['A1', 'A2']);
    expect(await other.api.send('DELETE', `/v1/holds/${body.id}`)).toMatchObject({ status: 404 });
    expect(await one.api.send('DELETE', `/v1/holds/${body.id}`)).toMatchObject({ status: 204 });
    expect(await rows()).toHaveLength(0);
    expect(await available(test, sale)).toBe(10);
    expect(await one.api.send('DELETE', `/v1/holds/${body.id}`)).toMatchObject({ status: 404 });
    expect(await hold(other.api, sale, ['A2'])).toMatchObject({ status: 201 });
  });

  it('sells as many places without labels as there are', async () => {
    const [one, other] = [await test.actor(), await test.actor()];
    expect(await holdStanding(one.api, sale, 3)).toMatchObject({ status: 201 });
    expect(await holdStanding(other.api, sale, 3)).toMatchObject({ status: 409, body: { code: 'SOLD_OUT' } });
    expect(await holdStanding(other.api, sale, 2)).toMatchObject({ status: 201 });
    expect(await available(test, sale, 'Standing')).toBe(0);
  });

  it('[R-61] #1 that has expired is free at once, with a label or without', async () => {
    const quiet = await TestApp.start();
    // Nobody cleans up.
    (Reflect.get(quiet.app.get(ExpiredSeats, { strict: false }), 'stopping') as AbortController).abort();
    sale = await published(quiet);
    const [one, other] = [await quiet.actor(), await quiet.actor()];
    const labelled = await hold(one.api, sale, ['A1', 'A2']);
    const standing = await holdStanding(one.api, sale, 5);
    for (const { body } of [labelled, standing]) await runOut(quiet, body.id);
    expect(await available(quiet, sale)).toBe(10);
    expect(await available(quiet, sale, 'Standing')).toBe(5);
    expect(await hold(other.api, sale, ['A2', 'A3'])).toMatchObject({ status: 201 });
    expect(await holdStanding(other.api, sale, 4)).toMatchObject({ status: 201 });
    expect(await available(quiet, sale)).toBe(8);
    expect(await book(one.api, labelled)).toMatchObject({ status: 409, body: { code: 'HOLD_EXPIRED' } });
  });

  it('refuses seats that the event has not', async () => {
    const { api } = await test.actor();
    for (const label of ['A0', 'A11', 'A01', 'B1', 'A']) {
      expect(await hold(api, sale, [label])).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    }
    expect(await hold(api, sale, ['A1', 'A1'])).toMatchObject({ status: 400 });
    expect(await hold(api, sale, ['A1'], 'Standing')).toMatchObject({ status: 400 });
    expect(await api.post(`/v1/events/${sale.id}/holds`, { seats: [{ seatTypeId: sale.types.VIP }] })).toMatchObject({
      status: 400,
    });
  });

  it('is of nothing that is not on sale', async () => {
    const { api } = await test.actor();
    await sale.organizer.post(`/v1/events/${sale.id}/cancel`);
    expect(await hold(api, sale, ['A1'])).toMatchObject({ status: 409, body: { code: 'EVENT_NOT_ON_SALE' } });
  });

  it('books for nothing what costs nothing, once', async () => {
    const { api } = await test.actor();
    const held = await holdStanding(api, sale, 2);
    const booked = await book(api, held);
    expect(booked).toMatchObject({ status: 201, body: { id: held.body.id, status: 'confirmed', checkoutUrl: null } });
    expect(await book(api, held)).toMatchObject({ status: 409, body: { code: 'HOLD_EXPIRED' } });
    const cancelled = await once(api).post(`/v1/bookings/${held.body.id}/cancel`);
    expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect(await available(test, sale, 'Standing')).toBe(5);
  });
});

describe('what one buyer may hold of an event', () => {
  let one: TestApp;
  let two: TestApp;
  beforeAll(async () => {
    const env = { BOOKINGS_MOST_SEATS_HELD: '3' };
    one = await TestApp.start({ env });
    two = await TestApp.start({ env, databaseUrl: one.databaseUrl });
  });

  const TOO_MANY = { status: 409, body: { code: 'TOO_MANY_SEATS_HELD', details: { limit: 3 } } };

  it('has an end, which they do not get past at once, on two instances, or in other letters', async () => {
    const sale = await published(one);
    const { api, actor } = await one.actor();
    const twin = two.api.with({ [ACTOR_HEADER]: JSON.stringify(actor) });
    const loud = { ...sale, id: sale.id.toUpperCase() };
    const tries = Array.from({ length: 10 }, (_, index) =>
      hold([api, twin][index % 2]!, [sale, loud][(index >> 1) % 2]!, [`A${index + 1}`]),
    );
    const answers = await Promise.all(tries);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    const refused = answers.filter(({ status, body }) => status === 409 && body.code === 'TOO_MANY_SEATS_HELD');
    expect(refused).toHaveLength(7);
  });

  it('counts what they are about to pay for, and not what is over, released, or of another event', async () => {
    const desk = new FakeDesk(one);
    const [sale, other] = [await published(one), await published(one)];
    const { api } = await one.actor();
    const booked = await book(api, await hold(api, sale, ['A1', 'A2']));
    expect(await hold(api, sale, ['A3', 'A4'])).toMatchObject(TOO_MANY);
    expect((await hold(api, other, ['A1', 'A2', 'A3'])).status).toBe(201);
    const third = await hold(api, sale, ['A3']);
    expect(await hold(api, sale, ['A4'])).toMatchObject(TOO_MANY);
    await runOut(one, third.body.id);
    const fourth = await hold(api, sale, ['A4']);
    expect(fourth.status).toBe(201);
    await api.send('DELETE', `/v1/holds/${fourth.body.id}`);
    await desk.settle(String(booked.body.paymentId));
    expect((await hold(api, sale, ['A3', 'A4', 'A5'])).status).toBe(201);
  });

  it('takes a label for one seat, however its type is written', async () => {
    const sale = await published(one);
    const { api } = await one.actor();
    const vip = String(sale.types.VIP);
    const seats = [vip, vip.toUpperCase()].map((seatTypeId) => ({ seatTypeId, label: 'A1' }));
    expect(await api.post(`/v1/events/${sale.id}/holds`, { seats })).toMatchObject({ status: 400 });
  });
});
