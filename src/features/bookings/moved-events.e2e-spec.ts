import type { Actor } from '../../core/access/actor.js';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { SmtpServer } from '../../../test/harness/smtp.js';
import { book, holdStanding, once, published, type Sale } from './box-office.harness.js';

describe('a change of an event', () => {
  let server: SmtpServer;
  let test: TestApp;
  let sale: Sale;
  let buyer: { actor: Actor; api: ApiClient };
  let id: unknown;
  beforeAll(async () => {
    server = await SmtpServer.start();
    test = await TestApp.start({ env: server.env });
  });
  beforeEach(async () => {
    sale = await published(test, { startsAt: '2040-12-05T19:00:00.000Z' });
    buyer = await test.actor('viewer');
    ({ id } = (await book(buyer.api, await holdStanding(buyer.api, sale, 1))).body);
  });

  const change = (changes: object) => sale.organizer.patch(`/v1/events/${sale.id}`, changes);
  const jobs = () =>
    sql(test.databaseUrl, `SELECT FROM pgboss.job WHERE name = 'bookings.tell-of-move' AND data::text LIKE $1`, [
      `%${sale.id}%`,
    ]);
  const told = (count: number) =>
    eventually(async () => {
      const mails = server.mails.filter(
        ({ text, headers }) => headers.subject?.startsWith('Changed') && text.includes(String(id)),
      );
      expect(mails).toHaveLength(count);
      await Promise.resolve();
      return;
    }, 30_000);
  const texts = () =>
    server.mails.filter(({ text }) => text.includes(String(id))).map(({ text }) => text.replaceAll('\r\n', '\n'));

  it('of its time, its zone or its venue is told to all who have booked', async () => {
    expect((await change({ startsAt: '2040-07-05T19:00:00.000Z' })).status).toBe(200);
    await told(1);
    expect(texts().at(-1)).toContain('Thursday, 5 July 2040 at 21:00 (Europe/Berlin, GMT+2)');
    await change({ timezone: 'Asia/Kolkata' });
    await told(2);
    expect(texts().at(-1)).toContain('Friday, 6 July 2040 at 00:30 (Asia/Kolkata, GMT+5:30)');
    await change({ venue: 'The barn' });
    await told(3);
    expect(texts().at(-1)).toContain('A concert\nThe barn\n');
  });

  it('of nothing that matters is told to nobody', async () => {
    await change({ startsAt: '2040-12-05T19:00:00.000Z', timezone: 'Europe/Berlin', venue: 'The hall', title: 'New' });
    await change({});
    expect(await jobs()).toEqual([]);
  });

  it('is told to nobody who has booked after it, or does not come any more', async () => {
    await once(buyer.api).post(`/v1/bookings/${String(id)}/cancel`);
    const stays = (await book(buyer.api, await holdStanding(buyer.api, sale, 1))).body.id;
    await change({ venue: 'The barn' });
    const late = (await book(buyer.api, await holdStanding(buyer.api, sale, 1))).body.id;
    const toldOfMoveAt = async (one: unknown) =>
      (
        await sql<{ at: Date | null }>(test.databaseUrl, 'SELECT told_of_move_at AS at FROM bookings WHERE id = $1', [
          one,
        ])
      )[0]?.at;
    await eventually(async () => expect(await toldOfMoveAt(stays)).toBeInstanceOf(Date), 30_000);
    expect(await toldOfMoveAt(id)).toBeNull();
    expect(await toldOfMoveAt(late)).toBeNull();
  });

  it('is told once, however often its job is done', async () => {
    await change({ venue: 'The barn' });
    await told(1);
    await sql(
      test.databaseUrl,
      `UPDATE pgboss.job SET state = 'created', completed_on = NULL, started_on = NULL, start_after = now()
        WHERE name = 'bookings.tell-of-move' AND data::text LIKE $1`,
      [`%${sale.id}%`],
    );
    await eventually(async () => {
      const [job] = await sql<{ state: string }>(
        test.databaseUrl,
        `SELECT state FROM pgboss.job WHERE name = 'bookings.tell-of-move' AND data::text LIKE $1`,
        [`%${sale.id}%`],
      );
      expect(job?.state).toBe('completed');
    }, 60_000);
    await told(1);
  });
});
