import { setTimeout as sleep } from 'node:timers/promises';
import type { Socket } from 'socket.io-client';
import { TestApp } from '../../../test/harness/app.js';
import { eventually } from '../../../test/harness/eventually.js';
import { connect, connectAs, ended, heardBy } from '../../../test/harness/sockets.js';
import { Transactions } from '../../core/database/transactions.js';
import { book, concert, hold, holdStanding, once, published, runOut, type Sale } from './box-office.harness.js';
import { SeatChanges } from './seat-changes.js';

interface Update {
  readonly eventId: string;
  readonly version: number;
  readonly seatTypes: readonly { readonly id: string; readonly available: number }[];
}

const ask = (socket: Socket, event: string, data: object | null) =>
  socket.timeout(10_000).emitWithAck(event, data) as Promise<Record<string, unknown>>;

describe('whoever watches an event', () => {
  let one: TestApp;
  let two: TestApp;
  let sale: Sale;
  let watcher: Socket;
  let heard: unknown[][];
  beforeAll(async () => {
    one = await TestApp.start();
    two = await TestApp.start({ databaseUrl: one.databaseUrl });
  });
  beforeEach(async () => {
    sale = await published(one);
    watcher = await connect(two.url, '/live');
    heard = heardBy(watcher);
  });

  const updates = () => heard.map(([event, update]) => ({ event, ...(update as Update) }));
  const left = (type = 'VIP') =>
    updates()
      .at(-1)
      ?.seatTypes.find(({ id }) => id === sale.types[type])?.available;
  const soonLeft = (count: number, type?: string) => eventually(() => Promise.resolve(expect(left(type)).toBe(count)));

  /** What changes a tally, tells of it, and fails before it is committed. */
  const takenBack = () =>
    one.app.get(Transactions, { strict: false }).run(async (tx) => {
      await tx.query('UPDATE seat_tallies SET taken = taken + 1, changes = changes + 1 WHERE event_id = $1', [sale.id]);
      one.app.get(SeatChanges, { strict: false }).tell(tx, sale.id);
      throw new Error('after all');
    });

  it('is told how it stands, and then of each change, on every instance', async () => {
    expect(await ask(watcher, 'subscribe', { eventId: sale.id })).toEqual({
      version: 0,
      seatTypes: [
        { id: sale.types.VIP, capacity: 10, available: 10 },
        { id: sale.types.Standing, capacity: 5, available: 5 },
      ],
    });
    const { api: buyer } = await one.actor();
    const held = await hold(buyer, sale, ['A1']);
    await soonLeft(9);
    await buyer.send('DELETE', `/v1/holds/${held.body.id}`);
    await soonLeft(10);
    const booked = await book(buyer, await holdStanding(buyer, sale, 2));
    await soonLeft(3, 'Standing');
    await once(buyer).post(`/v1/bookings/${booked.body.id}/cancel`);
    await soonLeft(5, 'Standing');
    for (const { event, eventId } of updates()) expect([event, eventId]).toEqual(['event:seats-update', sale.id]);
  });

  it('[R-69] #1 hears within a second that a seat was taken elsewhere, that its time is over, and nothing that was taken back', async () => {
    await ask(watcher, 'subscribe', { eventId: sale.id });
    const [{ api: buyer }, { api: late }] = [await one.actor(), await one.actor()];
    const started = performance.now();
    const held = await hold(buyer, sale, ['A1']);
    await soonLeft(9);
    // By as much as two busy processors may be late.
    expect(performance.now() - started).toBeLessThan(3_000);
    const said = heard.length;
    expect(await hold(late, sale, ['A2', 'A1'])).toMatchObject({ status: 409 });
    await expect(takenBack()).rejects.toThrow('after all');
    await sleep(200);
    expect(heard).toHaveLength(said);
    await runOut(one, held.body.id);
    await soonLeft(10);
  });

  it('gets versions that only rise, whatever goes on at the same time', async () => {
    await ask(watcher, 'subscribe', { eventId: sale.id });
    const apps = [one, two];
    await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const { api } = await apps[index % 2]!.actor();
        for (let round = 0; round < 5; round++) {
          const { body } = await hold(api, sale, [`A${index + 1}`]);
          await api.send('DELETE', `/v1/holds/${body.id}`);
        }
      }),
    );
    const { body } = await one.api.get<{ version: number }>(`/v1/events/${sale.id}/availability`);
    await eventually(() => Promise.resolve(expect(updates().at(-1)?.version).toBe(body.version)));
    const versions = updates().map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
    expect(body.version).toBe(100);
  });

  it('hears nothing once they have left, and nothing of what is not public', async () => {
    await ask(watcher, 'subscribe', { eventId: sale.id });
    await ask(watcher, 'unsubscribe', { eventId: sale.id });
    const { api: organizer } = await one.actor();
    const { body: draft } = await once(organizer).post('/v1/events', concert());
    expect(await ask(watcher, 'subscribe', { eventId: draft.id })).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(await ask(watcher, 'subscribe', { eventId: 'x' })).toMatchObject({ code: 'VALIDATION_FAILED' });
    await hold((await one.actor()).api, sale, ['A1']);
    const other = await connect(two.url, '/live');
    const heardByOther = heardBy(other);
    await ask(other, 'subscribe', { eventId: sale.id });
    await hold((await one.actor()).api, sale, ['A2']);
    await eventually(() => Promise.resolve(expect(heardByOther).not.toEqual([])));
    expect(heard).toEqual([]);
  });

  it('[R-66] does not hold seats there: that is refused, and the socket ended', async () => {
    const reason = ended(watcher);
    const seats = [{ seatTypeId: sale.types.VIP, label: 'A1' }];
    expect(await ask(watcher, 'seat:hold', { eventId: sale.id, seats })).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await reason).toBe('io server disconnect');
  });
});

describe('whoever is signed in', () => {
  let test: TestApp;
  let sale: Sale;
  beforeAll(async () => {
    test = await TestApp.start();
  });
  beforeEach(async () => {
    sale = await published(test, {
      seatTypes: [
        { name: 'VIP', priceMinor: 0, currency: 'EUR', capacity: 200, rows: [{ prefix: 'A', from: 1, to: 200 }] },
      ],
    });
  });

  const seatsOf = (...labels: unknown[]) => ({
    eventId: sale.id,
    seats: labels.map((label) => ({ seatTypeId: sale.types.VIP, label })),
  });

  it('holds and releases seats by the socket as they would over HTTP', async () => {
    const { actor } = await test.actor('viewer');
    const socket = await connectAs(test.url, actor);
    const held = await ask(socket, 'seat:hold', seatsOf('A1', 'A2'));
    expect(held).toMatchObject({ eventId: sale.id, seats: [{ label: 'A1' }, { label: 'A2' }] });
    const other = await connectAs(test.url, (await test.actor()).actor);
    expect(await ask(other, 'seat:hold', seatsOf('A2'))).toMatchObject({ status: 409, code: 'SEAT_TAKEN' });
    expect(await ask(other, 'seat:release', { holdId: held.id })).toMatchObject({ status: 404 });
    expect(await ask(socket, 'seat:release', { holdId: held.id })).toEqual({ holdId: held.id });
    expect(await ask(other, 'seat:hold', seatsOf('A2'))).toHaveProperty('expiresAt');
  });

  it('[R-68] is told what is wrong with what they send, and no seat is held', async () => {
    const socket = await connectAs(test.url, (await test.actor()).actor);
    const { eventId, seats } = seatsOf('A10');
    const wrong = [
      null,
      {},
      seatsOf(10),
      { eventId, seats, more: 1 },
      { eventId, seats: null },
      { eventId, seats: [] },
    ];
    for (const data of wrong) {
      expect(await ask(socket, 'seat:hold', data)).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    }
    expect(
      (await test.api.get<{ seatTypes: object[] }>(`/v1/events/${sale.id}/availability`)).body.seatTypes,
    ).toMatchObject([{ available: 200 }]);
    const { data } = (
      await test.api.get<{ data: object[] }>(`/v1/events/${sale.id}/seats?seatTypeId=${sale.types.VIP}&limit=10`)
    ).body;
    expect(data.at(-1)).toEqual({ label: 'A10', status: 'free' });
  });

  it('[R-67] holds ten seats at once at most, and is put out who does not stop', async () => {
    const socket = await connectAs(test.url, (await test.actor()).actor);
    const reason = ended(socket);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => ask(socket, 'seat:hold', seatsOf(`A${index + 50}`))),
    );
    const held = answers.filter((answer) => 'expiresAt' in answer);
    expect(held).toHaveLength(10);
    expect(new Set(answers.filter((answer) => !held.includes(answer)).map(({ code }) => code))).toEqual(
      new Set(['RATE_LIMITED']),
    );
    expect(await reason).toBe('io server disconnect');
  });
});
