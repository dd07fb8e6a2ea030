import type { Answer, ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { concert, hold, once, published, STANDING, VIP } from './box-office.harness.js';

interface Listed {
  readonly data: readonly { readonly id: string; readonly title: string }[];
  readonly page: { readonly nextCursor: string | null };
}

describe('an event', () => {
  let test: TestApp;
  let organizer: ApiClient;
  beforeAll(async () => {
    test = await TestApp.start();
  });
  beforeEach(async () => {
    ({ api: organizer } = await test.actor('member'));
  });

  const drafted = async (changes: object = {}) => {
    const { status, body } = await once(organizer).post<{ id: string }>('/v1/events', concert(changes));
    expect(status).toBe(201);
    return `/v1/events/${body.id}`;
  };
  const titles = ({ body }: Answer<Listed>) => body.data.map(({ title }) => title);

  it('begins as a draft, which others do not see', async () => {
    const path = await drafted();
    expect(await organizer.get(path)).toMatchObject({
      status: 200,
      body: { status: 'draft', publishedAt: null, seatTypes: [VIP, { ...STANDING, rows: null }] },
    });
    const { api: stranger } = await test.actor();
    for (const api of [stranger, test.api]) {
      expect(await api.get(path)).toMatchObject({ status: 404 });
      expect(await api.get(`${path}/availability`)).toMatchObject({ status: 404 });
    }
    expect(await stranger.patch(path, { title: 'Mine' })).toMatchObject({ status: 404 });
    expect(await stranger.post(`${path}/publish`)).toMatchObject({ status: 404 });
    expect(titles(await organizer.get('/v1/events/mine'))).toEqual(['A concert']);
  });

  it('is for everybody once it is published', async () => {
    const path = await drafted({ title: 'For everybody' });
    expect(await organizer.post(`${path}/publish`)).toMatchObject({ status: 200, body: { status: 'published' } });
    expect(await organizer.post(`${path}/publish`)).toMatchObject({ status: 200 });
    expect(await test.api.get(path)).toMatchObject({ status: 200, body: { title: 'For everybody' } });
  });

  it.each([
    ['a start in the past', { startsAt: '2020-01-01T20:00:00Z' }],
    ['a start without its offset', { startsAt: '2030-01-01T20:00:00' }],
    ['a place where no clock goes so', { timezone: 'Europe/Atlantis' }],
    ['money that is none', { seatTypes: [{ ...VIP, currency: 'XXQ' }] }],
    ['two currencies', { seatTypes: [VIP, { ...STANDING, currency: 'USD' }] }],
    ['two types with one name', { seatTypes: [VIP, VIP] }],
    ['fewer labels than seats', { seatTypes: [{ ...VIP, capacity: 11 }] }],
    ['two seats with one label', { seatTypes: [{ ...VIP, rows: [...VIP.rows, ...VIP.rows], capacity: 20 }] }],
    ['no seats', { seatTypes: [] }],
    ['a row whose name ends with a digit', { seatTypes: [{ ...VIP, rows: [{ prefix: 'A1', from: 1, to: 10 }] }] }],
  ])('is refused with %s', async (_, changes) => {
    expect(await once(organizer).post('/v1/events', concert(changes))).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED' },
    });
  });

  it('has other seats only as long as it is a draft', async () => {
    const path = await drafted();
    const seatTypes = [{ ...STANDING, capacity: 7 }];
    expect(await organizer.patch(path, { seatTypes, title: 'Another' })).toMatchObject({
      status: 200,
      body: { title: 'Another', seatTypes: [{ capacity: 7 }] },
    });
    await organizer.post(`${path}/publish`);
    expect(await organizer.patch(path, { seatTypes })).toMatchObject({
      status: 409,
      body: { code: 'EVENT_NOT_DRAFT' },
    });
    expect(await organizer.patch(path, { venue: 'A larger hall' })).toMatchObject({
      status: 200,
      body: { venue: 'A larger hall' },
    });
  });

  it('is cancelled for good, by administrators', async () => {
    const sale = await published(test);
    const path = `/v1/events/${sale.id}`;
    expect(await sale.organizer.post(`${path}/cancel`)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect(await sale.organizer.post(`${path}/publish`)).toMatchObject({
      status: 409,
      body: { code: 'EVENT_CANCELLED' },
    });
    expect(await sale.organizer.patch(path, { title: 'Again' })).toMatchObject({
      status: 409,
      body: { code: 'EVENT_CANCELLED' },
    });
    expect(await test.api.get(path)).toMatchObject({ body: { status: 'cancelled' } });
    expect(await organizer.post(`${await drafted()}/cancel`)).toMatchObject({ status: 403 });
  });

  it('is found by words of its title and venue, and by its day', async () => {
    const start = (day: string) => ({ startsAt: `2031-03-${day}T20:00:00Z` });
    const word = `w${Math.random().toString(36).slice(2)}`;
    await published(test, { title: `${word} Rock & Röll`, ...start('01') });
    await published(test, { title: `${word} Jazz`, venue: 'Rockville', ...start('02') });
    const find = (query: string) => test.api.get<Listed>(`/v1/events?${query}`);
    expect(titles(await find(`text=${word}`))).toEqual([`${word} Rock & Röll`, `${word} Jazz`]);
    expect(titles(await find(`text=${word}%20ROCK`))).toHaveLength(2);
    expect(titles(await find(`text=${word}%20r%C3%B6`))).toEqual([`${word} Rock & Röll`]);
    expect(titles(await find(`text=${word}&from=2031-03-02T00:00:00Z`))).toEqual([`${word} Jazz`]);
    expect(titles(await find(`text=${word}&to=2031-03-02T00:00:00Z`))).toEqual([`${word} Rock & Röll`]);
    const slashed = await published(test, { title: `${word} AC/DC`, venue: 'हिन्दी hall', ...start('03') });
    for (const text of ['AC/DC', 'dc', 'हिन्दी', `${word} ac`]) {
      const { body } = await find(`text=${encodeURIComponent(text)}&from=2031-03-03T00:00:00Z`);
      expect(body.data.map(({ id }) => id)).toContain(slashed.id);
    }
    for (const text of ["'", '!', '& | !', ':*', '\\', '%', '<->']) {
      expect(await find(`text=${encodeURIComponent(text)}`)).toMatchObject({ status: 200 });
    }
    const first = await find(`text=${word}&limit=1`);
    const { nextCursor } = first.body.page;
    expect(titles(await find(`text=${word}&limit=1&cursor=${nextCursor}`))).toEqual([`${word} Jazz`]);
  });

  it('is asked for by moments that a clock can show, wherever it hangs', async () => {
    for (const from of ['2031-01-01T00:00:00+23:00', '2031-01-01T00:00:00-15:59']) {
      expect(await test.api.get(`/v1/events?from=${encodeURIComponent(from)}`)).toMatchObject({ status: 200 });
    }
    expect(await test.api.get('/v1/events?from=2031-01-01T00:00:60Z')).toMatchObject({ status: 400 });
  });

  it('is told of when it is published, and when it is cancelled, and each change is written down', async () => {
    const sale = await published(test);
    await sale.organizer.patch(`/v1/events/${sale.id}`, { title: 'Another' });
    await sale.organizer.post(`/v1/events/${sale.id}/cancel`);
    const read = (statement: string) => sql<{ name: string }>(test.databaseUrl, statement, [sale.id]);
    expect(await read(`SELECT name FROM events WHERE payload ->> 'id' = $1 ORDER BY id`)).toEqual([
      { name: 'event.published' },
      { name: 'event.cancelled' },
    ]);
    const written = await read('SELECT action AS name FROM audit_log WHERE target_id = $1 ORDER BY id');
    expect(written.map(({ name }) => name)).toEqual([
      ...['event.created', 'event.published', 'event.changed', 'event.cancelled'],
    ]);
  });

  it('shows its seats in their order, page by page, and who may still have them', async () => {
    const rows = [
      { prefix: 'A', from: 1, to: 3 },
      { prefix: 'B', from: 1, to: 2 },
    ];
    const sale = await published(test, { seatTypes: [{ ...VIP, priceMinor: 0, capacity: 5, rows }, STANDING] });
    const { api: buyer } = await test.actor();
    await hold(buyer, sale, ['A2']);
    const booked = await hold(buyer, sale, ['B1']);
    await once(buyer).post('/v1/bookings', { holdId: booked.body.id });
    const seats = `/v1/events/${sale.id}/seats?seatTypeId=${sale.types.VIP}`;
    const first = await test.api.get<Listed>(`${seats}&limit=3&total=true`);
    expect(first.body).toMatchObject({
      data: [
        { label: 'A1', status: 'free' },
        { label: 'A2', status: 'held' },
        { label: 'A3', status: 'free' },
      ],
      page: { total: 5 },
    });
    const second = await test.api.get(`${seats}&limit=3&cursor=${first.body.page.nextCursor}`);
    expect(second.body).toMatchObject({
      data: [
        { label: 'B1', status: 'sold' },
        { label: 'B2', status: 'free' },
      ],
      page: { nextCursor: null },
    });
    expect(await test.api.get(seats.replace(String(sale.types.VIP), String(sale.types.Standing)))).toMatchObject({
      status: 200,
      body: { data: [] },
    });
    expect(await test.api.get(seats.replace(String(sale.types.VIP), sale.id))).toMatchObject({ status: 404 });
  });
});
