import { ACTOR_HEADER } from '../../../test/harness/actors.js';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { atOnce } from '../../../test/harness/at-once.js';
import { sql } from '../../../test/harness/database.js';
import { book, holdStanding, once, published, type Sale } from './box-office.harness.js';

const INVALID = { status: 409, body: { code: 'TICKET_INVALID' } };

describe('a check-in', () => {
  let test: TestApp;
  let sale: Sale;
  let buyer: ApiClient;
  beforeAll(async () => {
    test = await TestApp.start();
  });
  beforeEach(async () => {
    sale = await published(test);
    ({ api: buyer } = await test.actor('viewer'));
  });

  const codeOf = async (id: unknown) => String((await buyer.get(`/v1/bookings/${String(id)}/ticket`)).body.code);
  const booked = async () => String((await book(buyer, await holdStanding(buyer, sale, 1))).body.id);
  const checkIn = (code: unknown, api = sale.organizer, event = sale.id) =>
    once(api).post(`/v1/events/${event}/check-in`, { code });
  const checkedInAt = async (id: string) => (await buyer.get(`/v1/bookings/${id}`)).body.checkedInAt;

  it('lets somebody in once, and says when that was', async () => {
    const id = await booked();
    const code = await codeOf(id);
    const { status, body } = await checkIn(code);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { id, status: 'confirmed', checkedInAt: expect.any(String) as string, seats: [{ name: 'Standing' }] },
    });
    expect(await checkIn(code)).toMatchObject({
      status: 409,
      body: { code: 'ALREADY_CHECKED_IN', details: { checkedInAt: body.checkedInAt } },
    });
    expect(await checkedInAt(id)).toBe(body.checkedInAt);
  });

  it('is of one of many scanners at the same moment, on two instances', async () => {
    const { actor, api } = await test.actor('member');
    sale = await published(test, {}, api);
    const second = await TestApp.start({ databaseUrl: test.databaseUrl });
    const there = second.api.with({ [ACTOR_HEADER]: JSON.stringify(actor) });
    const id = await booked();
    const code = await codeOf(id);
    let asked = 0;
    const answers = await atOnce(test.databaseUrl, 8, () => checkIn(code, asked++ % 2 === 0 ? api : there));
    const [won, ...more] = answers.filter(({ status }) => status === 200);
    expect(more).toEqual([]);
    const late = answers.filter((answer) => answer !== won);
    expect(late).toHaveLength(7);
    for (const answer of late) {
      expect(answer).toMatchObject({
        status: 409,
        body: { code: 'ALREADY_CHECKED_IN', details: { checkedInAt: won?.body.checkedInAt } },
      });
    }
    const entries = "SELECT FROM audit_log WHERE action = 'ticket.checked-in' AND target_id = $1";
    expect(await sql(test.databaseUrl, entries, [id])).toHaveLength(1);
  });

  it('[R-62] is the same one for a scanner that has lost the answer and asks again', async () => {
    const code = await codeOf(await booked());
    const scanner = once(sale.organizer);
    const ask = (scanned: string) => scanner.post(`/v1/events/${sale.id}/check-in`, { code: scanned });
    const first = await ask(code);
    expect(first.status).toBe(200);
    expect(await ask(code)).toMatchObject({ status: 200, body: first.body });
    expect(await ask(await codeOf(await booked()))).toMatchObject({
      status: 422,
      body: { code: 'IDEMPOTENCY_MISMATCH' },
    });
    expect(await sale.organizer.post(`/v1/events/${sale.id}/check-in`, { code })).toMatchObject({ status: 400 });
  });

  it('tells the buyer’s organization and the seller’s, and writes down who it was', async () => {
    const { actor, api } = await test.actor('member');
    sale = await published(test, {}, api);
    const id = await booked();
    expect(await checkIn(await codeOf(id))).toMatchObject({ status: 200 });
    const told = await sql<{ organization_id: string }>(
      test.databaseUrl,
      `SELECT organization_id FROM events WHERE name = 'booking.checked-in' AND payload ->> 'id' = $1`,
      [id],
    );
    const { organizationId } = (await buyer.get(`/v1/bookings/${id}`)).body;
    const concerned = [String(organizationId), actor.organizationId].sort();
    expect(told.map(({ organization_id }) => organization_id).sort()).toEqual(concerned);
    const entry =
      'SELECT actor_id, organization_id, action, target_type FROM audit_log WHERE target_id = $1 AND actor_id = $2';
    expect(await sql(test.databaseUrl, entry, [id, actor.userId])).toEqual([
      {
        actor_id: actor.userId,
        organization_id: actor.organizationId,
        action: 'ticket.checked-in',
        target_type: 'booking',
      },
    ]);
  });

  it('wants a ticket that is real, and of this event', async () => {
    const id = await booked();
    const code = await codeOf(id);
    const another = await published(test, {}, sale.organizer);
    expect(await checkIn(code, sale.organizer, another.id)).toMatchObject(INVALID);
    const forged = Buffer.from(code, 'base64url').fill(0, 16).toString('base64url');
    const signedOf = Buffer.from(code, 'base64url').fill(0, 0, 16).toString('base64url');
    for (const text of [forged, signedOf, `${code}=`, ` ${code}`, 'https://example.org/', 'x'.repeat(4_096), '💥']) {
      expect(await checkIn(text)).toMatchObject(INVALID);
    }
    for (const wrong of ['', 'x'.repeat(4_097), 7, null, undefined]) {
      expect(await checkIn(wrong)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    }
    expect(await checkedInAt(id)).toBeNull();
  });

  it('is at an event of one’s own organization, by a member of it', async () => {
    const code = await codeOf(await booked());
    const { api: stranger } = await test.actor();
    expect(await checkIn(code, stranger)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await checkIn(code, buyer)).toMatchObject({ status: 403 });
    expect(await checkIn(code)).toMatchObject({ status: 200 });
  });

  it('is not of a booking that was cancelled, and not at an event that was', async () => {
    const [id, other] = [await booked(), await booked()];
    const [code, otherCode] = [await codeOf(id), await codeOf(other)];
    await once(buyer).post(`/v1/bookings/${id}/cancel`);
    expect(await checkIn(code)).toMatchObject({
      status: 409,
      body: { code: 'BOOKING_NOT_CONFIRMED', details: { status: 'cancelled' } },
    });
    await sale.organizer.post(`/v1/events/${sale.id}/cancel`);
    expect(await checkIn(otherCode)).toMatchObject({ status: 409, body: { code: 'EVENT_CANCELLED' } });
    expect(await checkedInAt(other)).toBeNull();
  });

  it('does not keep from cancelling while there is time for it, and who has cancelled does not come in', async () => {
    for (let round = 0; round < 5; round++) {
      const id = await booked();
      const code = await codeOf(id);
      const asks = [() => checkIn(code), () => once(buyer).post(`/v1/bookings/${id}/cancel`)];
      const answers = await atOnce(test.databaseUrl, 2, () => (asks.pop() as () => ReturnType<typeof checkIn>)());
      const { body } = await buyer.get(`/v1/bookings/${id}`);
      expect(body.status).toBe('cancelled');
      const refused = answers.filter(({ status }) => status === 409);
      expect(refused).toHaveLength(body.checkedInAt === null ? 1 : 0);
      expect(await checkIn(code)).toMatchObject({ status: 409, body: { code: 'BOOKING_NOT_CONFIRMED' } });
    }
  });
});
