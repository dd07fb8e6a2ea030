import type { Actor } from '../../core/access/actor.js';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { SmtpServer } from '../../../test/harness/smtp.js';
import { book, hold, holdStanding, once, published, type Sale } from './box-office.harness.js';
import { FakeDesk } from './fake-desk.harness.js';
import { atTheVenue } from './venue-time.js';

const HOSTILE = '<img src=x onerror=1> & "friends"';
const EVENING = { startsAt: `${new Date().getUTCFullYear() + 1}-07-01T19:30:00.000Z`, timezone: 'America/St_Johns' };

describe('what attendees get in writing', () => {
  let server: SmtpServer;
  let test: TestApp;
  let desk: FakeDesk;
  let sale: Sale;
  let buyer: { actor: Actor; api: ApiClient };
  beforeAll(async () => {
    server = await SmtpServer.start();
    test = await TestApp.start({ env: { ...server.env, APP_URL: 'https://app.example.org' } });
    desk = new FakeDesk(test);
  });
  beforeEach(async () => {
    sale = await published(test, EVENING);
    buyer = await test.actor('viewer');
  });

  const rows = <T extends object>(statement: string, ...values: unknown[]) =>
    sql<T>(test.databaseUrl, statement, values);
  const free = async (seats = 1) => (await book(buyer.api, await holdStanding(buyer.api, sale, seats))).body;
  const paid = async () => {
    const { body } = await book(buyer.api, await hold(buyer.api, sale, ['A1', 'A2']));
    await desk.settle(String(body.paymentId));
    return body;
  };
  const cancel = (id: unknown) => once(buyer.api).post(`/v1/bookings/${String(id)}/cancel`);
  const soon = (hours: number) =>
    rows(`UPDATE ticketed_events SET starts_at = now() + make_interval(hours => $2) WHERE id = $1`, sale.id, hours);

  /** All that the buyer has got whose subject begins so, as soon as it is as many. */
  async function mails(beginning: string, count = 1) {
    const [{ email } = { email: '' }] = await rows<{ email: string }>(
      'SELECT email FROM users WHERE id = $1',
      buyer.actor.userId,
    );
    const found = () =>
      server.mails.filter(
        ({ recipients, headers }) => recipients.includes(email) && headers.subject?.startsWith(beginning),
      );
    await eventually(() => Promise.resolve(expect(found()).toHaveLength(count)), 30_000);
    return found().map(({ html, text }) => ({ html, text: text.replaceAll('\r\n', '\n') }));
  }

  it('is a confirmation with the seats, the place, the time there, and where the ticket is', async () => {
    const { id } = await free(2);
    const [mail] = await mails('Booked: A concert');
    expect(mail?.text.split('\n')).toEqual([
      'Your seats are booked.',
      '',
      'A concert',
      'The hall',
      `${atTheVenue(EVENING)}`,
      '',
      '2 × Standing',
      `Booking ${String(id)}`,
      '',
      `Your ticket: https://app.example.org/ticket#token=${String(id)}, one for all of them: show it at the entrance.`,
    ]);
    expect(mail?.text).toContain('at 17:00 (America/St Johns, GMT-2:30)');
  });

  it('confirms what costs something when it is paid, and not before', async () => {
    const { id } = await paid();
    const [mail] = await mails('Booked');
    expect(mail?.text).toContain('VIP A1, VIP A2');
    expect(mail?.text).toContain(String(id));
    const { body } = await book(buyer.api, await hold(buyer.api, sale, ['A3']));
    await free();
    await mails('Booked', 2);
    expect(server.mails.filter(({ text }) => text.includes(String(body.id)))).toEqual([]);
  });

  it('shows what organizers have written, and runs none of it', async () => {
    sale = await published(test, { title: HOSTILE, venue: HOSTILE });
    await free();
    const [mail] = await mails(`Booked: ${HOSTILE}`);
    expect(mail?.html).toContain('&lt;img src&#x3D;x onerror&#x3D;1&gt; &amp; &quot;friends&quot;');
    expect(mail?.html).not.toContain('<img');
    expect(mail?.text).toContain(HOSTILE);
  });

  it('is a cancellation with the money that goes back', async () => {
    const [{ id }, gift] = [await paid(), await free()];
    await cancel(id);
    expect((await mails('Cancelled'))[0]?.text).toMatch(
      /^Your booking is cancelled\. You get back €100\.00\.\n\nA concert/,
    );
    await cancel(gift.id);
    const mail = (await mails('Cancelled', 2)).find(({ text }) => text.includes(String(gift.id)));
    expect(mail?.text).toMatch(/^Your booking is cancelled\.\n\nA concert\n/);
  });

  it('says when it was too late for the money, and nothing of money to who has not paid', async () => {
    const { id } = await paid();
    await soon(2);
    await cancel(id);
    expect((await mails('Cancelled'))[0]?.text).toMatch(
      /^Your booking is cancelled\. It was too late to get money back\.\n/,
    );
    const unpaid = (await book(buyer.api, await hold(buyer.api, sale, ['A5']))).body;
    await cancel(unpaid.id);
    const mail = (await mails('Cancelled', 2)).find(({ text }) => text.includes(String(unpaid.id)));
    expect(mail?.text).toMatch(/^Your booking is cancelled\.\n/);
  });

  it('says that the event does not take place', async () => {
    await paid();
    await sale.organizer.post(`/v1/events/${sale.id}/cancel`);
    expect((await mails('Cancelled'))[0]?.text).toMatch(/^The event is cancelled\. You get back €100\.00\.\n/);
  });

  it('is a cancellation too when somebody else gives all of the money back', async () => {
    const { id, paymentId } = await paid();
    await desk.giveBack(String(paymentId), 4_000);
    await desk.giveBack(String(paymentId));
    const [mail] = await mails('Cancelled');
    expect(mail?.text).toMatch(/^Your booking is cancelled\. You get back €100\.00\.\n/);
    expect(mail?.text).toContain(String(id));
  });

  it('is nothing any more to somebody whose account is gone', async () => {
    const { id } = await paid();
    await mails('Booked');
    await rows(`UPDATE users SET erased_at = now(), email = id || '@erased.invalid' WHERE id = $1`, buyer.actor.userId);
    await sale.organizer.post(`/v1/events/${sale.id}/cancel`);
    await eventually(async () =>
      expect(await rows(`SELECT FROM bookings WHERE id = $1 AND status = 'cancelled'`, id)).toHaveLength(1),
    );
    expect(await rows('SELECT FROM outgoing_messages WHERE user_id = $1', buyer.actor.userId)).toEqual([]);
  });
});
