import { DataSource } from 'typeorm';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { METRICS } from '../../../test/harness/process.js';
import { available, book, hold, holdStanding, published, runOut, type Sale } from './box-office.harness.js';
import { Cancellations } from './cancellations.service.js';
import { ExpiredSeats } from './expired-seats.js';
import { FakeDesk } from './fake-desk.harness.js';

describe('seats of those who did not come back', () => {
  let one: TestApp;
  let two: TestApp;
  let sale: Sale;
  beforeAll(async () => {
    one = await TestApp.start({ env: METRICS.env });
    two = await TestApp.start({ databaseUrl: one.databaseUrl, env: METRICS.env });
  });
  beforeEach(async () => {
    sale = await published(one);
  });

  const rows = () => sql(one.databaseUrl, 'SELECT FROM seats WHERE event_id = $1', [sale.id]);
  const ended = async () => {
    const counts = [one, two].map((app) => METRICS.value(app, 'bookings_expired_total'));
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  };

  it('[R-61] #2 are released by one of two instances, and what is available is what is left', async () => {
    const before = await ended();
    const holds = await Promise.all(
      Array.from({ length: 5 }, async (_, index) => hold((await one.actor()).api, sale, [`A${index + 1}`])),
    );
    const standing = await holdStanding((await one.actor()).api, sale, 3);
    const kept = await hold((await one.actor()).api, sale, ['A9', 'A10']);
    for (const { body } of [...holds, standing]) await runOut(one, body.id);
    await Promise.all([one, two].map(({ app }) => app.get(ExpiredSeats, { strict: false }).endAll()));
    await eventually(async () => expect(await rows()).toHaveLength(2));
    expect(await available(one, sale)).toBe(8);
    expect(await available(one, sale, 'Standing')).toBe(5);
    expect(await sql(one.databaseUrl, 'SELECT id FROM seat_holds WHERE event_id = $1', [sale.id])).toEqual([
      { id: kept.body.id },
    ]);
    expect((await ended()) - before).toBe(6);
  });

  it('[R-61] are released by the next look, if one fails', async () => {
    const dataSource = one.app.get(DataSource);
    const failures = () => METRICS.value(one, 'bookings_expiry_failures_total');
    const before = await failures();
    Object.assign(dataSource, { query: () => Promise.reject(new Error('the disk is on fire')) });
    await eventually(async () => expect(await failures()).toBeGreaterThan(before)).finally(() =>
      Reflect.deleteProperty(dataSource, 'query'),
    );
    const held = await hold((await one.actor()).api, sale, ['A1']);
    await runOut(one, held.body.id);
    await eventually(async () => expect(await rows()).toEqual([]));
  });

  it('[R-61] are released, however many others cannot be', async () => {
    const alone = await TestApp.start();
    new FakeDesk(alone);
    const ours = await published(alone);
    const { api } = await alone.actor();
    const { id } = (await book(api, await hold(api, ours, ['A1']))).body;
    const cancellations = alone.app.get(Cancellations, { strict: false });
    const expire = cancellations.expire.bind(cancellations);
    cancellations.expire = (tx, one) => (one.id === id ? expire(tx, one) : Promise.reject(new Error('it is on fire')));
    await sql(alone.databaseUrl, LIKE_IT, [id]);
    await runOut(alone, id);
    await eventually(async () =>
      expect((await api.get(`/v1/bookings/${id}`)).body).toMatchObject({ status: 'expired' }),
    );
    expect(await available(alone, ours)).toBe(10);
  });
});

/** More of them than are looked at together, and all of them earlier. */
const LIKE_IT = `
  INSERT INTO bookings (id, organization_id, user_id, event_organization_id, event_id, status, seats, total_minor, currency,
                        expires_at)
  SELECT overlay(id::text PLACING '00000' || n FROM 1)::uuid, organization_id, user_id, event_organization_id, event_id, status,
         seats, total_minor, currency, now() - interval '1 hour'
    FROM (SELECT bookings.*, n FROM bookings, generate_series(100, 250) n WHERE id = $1) one`;
