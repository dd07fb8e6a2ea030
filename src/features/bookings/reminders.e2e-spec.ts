import type { Actor } from '../../core/access/actor.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { SmtpServer } from '../../../test/harness/smtp.js';
import { book, hold, holdStanding, once, published, type Sale } from './box-office.harness.js';
import { FakeDesk } from './fake-desk.harness.js';
import { Reminders } from './reminders.job.js';

const HOUR_MS = 3_600_000;

/** The schedule does the same each minute, and no test may mind. */
const remind = (...instances: readonly TestApp[]) =>
  Promise.all(instances.map(({ app }) => app.get(Reminders).handle({}, { signal: AbortSignal.timeout(60_000) })));

describe('the reminder of an event', () => {
  let server: SmtpServer;
  let test: TestApp;
  let second: TestApp;
  let sale: Sale;
  beforeAll(async () => {
    server = await SmtpServer.start();
    test = await TestApp.start({ env: server.env });
    second = await TestApp.start({ env: server.env, databaseUrl: test.databaseUrl });
    new FakeDesk(test);
  });
  beforeEach(async () => {
    sale = await published(test);
  });

  const rows = <T extends object>(statement: string, ...values: unknown[]) =>
    sql<T>(test.databaseUrl, statement, values);
  const startIn = (hours: number, { id } = sale) =>
    rows('UPDATE ticketed_events SET starts_at = now() + make_interval(mins => $2) WHERE id = $1', id, hours * 60);
  const remindedAt = async (id: unknown) =>
    (await rows<{ at: Date | null }>('SELECT reminded_at AS at FROM bookings WHERE id = $1', id))[0]?.at;

  /** Somebody who has booked, a few days ago unless said otherwise. */
  async function attendee(bookedDaysAgo = 3, at = sale) {
    const { actor, api } = await test.actor('viewer');
    const { id } = (await book(api, await holdStanding(api, at, 1))).body;
    await rows(
      `UPDATE bookings SET created_at = now() - make_interval(days => $2), confirmed_at = now() - make_interval(days => $2)
        WHERE id = $1`,
      ...[id, bookedDaysAgo],
    );
    return { actor, api, id };
  }

  async function mailsTo({ userId }: Actor, beginning = 'Soon: ') {
    const [user] = await rows<{ email: string }>('SELECT email FROM users WHERE id = $1', userId);
    return server.mails.filter(
      ({ recipients, headers }) => recipients.includes(user?.email ?? '') && headers.subject?.startsWith(beginning),
    );
  }
  const expectMails = (actor: Actor, count: number, beginning?: string) =>
    eventually(async () => expect(await mailsTo(actor, beginning)).toHaveLength(count), 30_000);
  const move = (changes: object) => sale.organizer.patch(`/v1/events/${sale.id}`, changes);

  it('comes once to everybody, by whichever instance', async () => {
    const attendees = await Promise.all(Array.from({ length: 4 }, () => attendee()));
    await startIn(23);
    await remind(test, second, test, second);
    await remind(second, test);
    for (const { actor } of attendees) await expectMails(actor, 1);
    const [{ actor, api, id }] = attendees as [Awaited<ReturnType<typeof attendee>>];
    const [mail] = await mailsTo(actor);
    expect(mail?.headers.subject).toBe('Soon: A concert');
    expect(mail?.text).toContain(`/ticket#token=${String(id)}`);
    expect(mail?.text).toMatch(/at \d\d:\d\d \(Europe\/Berlin, GMT\+[12]\)/);
    const { body } = await api.get<{ data: object[] }>('/v1/notifications');
    expect(body.data).toMatchObject([{ kind: 'booking.reminder', title: 'Soon: A concert' }]);
  });

  it('waits until it is time, by the setting', async () => {
    const { id } = await attendee();
    await startIn(24.5);
    await remind(test);
    expect(await remindedAt(id)).toBeNull();
    const never = await TestApp.start({ databaseUrl: test.databaseUrl, env: { BOOKINGS_REMINDER_HOURS: '0' } });
    const late = await TestApp.start({ databaseUrl: test.databaseUrl, env: { BOOKINGS_REMINDER_HOURS: '25' } });
    await remind(never);
    expect(await remindedAt(id)).toBeNull();
    await remind(late);
    expect(await remindedAt(id)).toBeInstanceOf(Date);
  });

  it('is for nobody who knows, is in already, or does not come', async () => {
    const [knows, isIn, cancelled] = [await attendee(0), await attendee(), await attendee()];
    const { code } = (await isIn.api.get(`/v1/bookings/${String(isIn.id)}/ticket`)).body;
    expect(await once(sale.organizer).post(`/v1/events/${sale.id}/check-in`, { code })).toMatchObject({ status: 200 });
    await once(cancelled.api).post(`/v1/bookings/${String(cancelled.id)}/cancel`);
    const { api } = await test.actor('viewer');
    const { body: unpaid } = await book(api, await hold(api, sale, ['A1']));
    const comes = await attendee();
    await startIn(5);
    await remind(test);
    await expectMails(comes.actor, 1);
    for (const { id } of [knows, isIn, cancelled, unpaid]) expect(await remindedAt(id)).toBeNull();
  });

  it('is of nothing that has begun, or does not take place', async () => {
    const over = await attendee();
    await startIn(-0.1);
    sale = await published(test);
    const off = await attendee();
    await startIn(5);
    // Its bookings are ended by a job, which may come later.
    await rows(`UPDATE ticketed_events SET status = 'cancelled', cancelled_at = now() WHERE id = $1`, sale.id);
    await remind(test);
    for (const { id } of [over, off]) expect(await remindedAt(id)).toBeNull();
  });

  it('comes by no mail to who wants none', async () => {
    const { actor, api, id } = await attendee();
    await api.patch('/v1/users/me/preferences', { notifications: { email: false } });
    const other = await attendee();
    await startIn(5);
    await remind(test);
    await expectMails(other.actor, 1);
    expect(await remindedAt(id)).toBeInstanceOf(Date);
    expect(await mailsTo(actor)).toEqual([]);
    expect((await api.get<{ data: object[] }>('/v1/notifications')).body.data).toHaveLength(1);
  });

  it('is there with its mail or not at all, and a failure keeps nobody else waiting', async () => {
    const [unlucky, lucky] = [await attendee(), await attendee()];
    await startIn(5);
    await rows(`CREATE FUNCTION test_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN IF NEW.user_id = '${unlucky.actor.userId}' THEN RAISE 'no'; END IF; RETURN NEW; END $$`);
    await rows(
      `CREATE TRIGGER test_refuse BEFORE INSERT ON outgoing_messages FOR EACH ROW EXECUTE FUNCTION test_refuse()`,
    );
    await remind(test);
    await expectMails(lucky.actor, 1);
    expect(await remindedAt(unlucky.id)).toBeNull();
    await rows('DROP FUNCTION test_refuse CASCADE');
    await remind(test);
    await expectMails(unlucky.actor, 1);
  });

  it('does not come again when the event is moved, of which everybody is told instead', async () => {
    const { actor } = await attendee();
    await startIn(5);
    await remind(test);
    await expectMails(actor, 1);
    await move({ startsAt: new Date(Date.now() + 10 * HOUR_MS).toISOString() });
    await expectMails(actor, 1, 'Changed: ');
    await remind(test);
    const later = await attendee();
    await move({ startsAt: new Date(Date.now() + 12 * HOUR_MS).toISOString() });
    await expectMails(later.actor, 1, 'Changed: ');
    await expectMails(actor, 2, 'Changed: ');
    await remind(test);
    // Who has just been told of the time needs no reminder of it.
    expect(await remindedAt(later.id)).toBeNull();
    expect(await mailsTo(actor)).toHaveLength(1);
  });
});
