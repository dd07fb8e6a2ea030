import jsqr from 'jsqr';
import { ACTOR_HEADER } from '../../../test/harness/actors.js';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { TEST_ENVIRONMENT } from '../../../test/harness/environment.js';
import { book, hold, holdStanding, once, published, runOut, type Sale } from './box-office.harness.js';
import { FakeDesk } from './fake-desk.harness.js';
import { qrPixels } from './qr-pixels.harness.js';

const OTHER_KEY = '0123456789abcdef'.repeat(4);

describe('a ticket', () => {
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

  const free = async () => String((await book(buyer, await holdStanding(buyer, sale, 2))).body.id);
  const unpaid = async () => (await book(buyer, await hold(buyer, sale, ['A1', 'A2']))).body;
  const ticket = (id: unknown, api = buyer) => api.get(`/v1/bookings/${String(id)}/ticket`);

  it('shows its code as a picture that a scanner reads', async () => {
    const { id, paymentId } = await unpaid();
    await desk.settle(String(paymentId));
    const { status, body } = await ticket(id);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      bookingId: id,
      code: expect.stringMatching(/^[\w-]{43}$/) as string,
      event: { id: sale.id, title: 'A concert', status: 'published' },
      seats: [{ label: 'A1' }, { label: 'A2' }],
    });
    const { data, width } = qrPixels(String(body.svg));
    expect(jsqr.default(data, width, width)?.data).toBe(body.code);
    expect((await ticket(id)).body).toEqual(body);
  });

  it('is a picture, and nothing that runs', async () => {
    const { body } = await ticket(await free());
    expect(body.svg).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="[\d ]+"><rect fill="white" [^<>]*\/><path fill="black" d="[Mhvz\d,-]+"\/><\/svg>$/,
    );
  });

  it('is of a booking that is confirmed', async () => {
    const { id, paymentId } = await unpaid();
    const refused = (status: string) => ({ status: 409, body: { code: 'BOOKING_NOT_CONFIRMED', details: { status } } });
    expect(await ticket(id)).toMatchObject(refused('pending_payment'));
    await desk.settle(String(paymentId));
    expect(await ticket(id)).toMatchObject({ status: 200 });
    await once(buyer).post(`/v1/bookings/${String(id)}/cancel`);
    expect(await ticket(id)).toMatchObject(refused('cancelled'));
  });

  it('is gone with a booking that nobody has paid for', async () => {
    const { id } = await unpaid();
    await runOut(test, id);
    expect(await ticket(id)).toMatchObject({ status: 409, body: { code: 'BOOKING_NOT_CONFIRMED' } });
  });

  it('is for its buyer only, not for whoever sells it or works with them', async () => {
    const id = await free();
    const { actor } = await test.actor();
    for (const api of [sale.organizer, (await test.actor()).api]) {
      expect(await ticket(id, api)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    }
    const { organizationId } = (await buyer.get(`/v1/bookings/${id}`)).body;
    const colleague = test.api.with({ [ACTOR_HEADER]: JSON.stringify({ ...actor, organizationId }) });
    expect(await ticket(id, colleague)).toMatchObject({ status: 404 });
    expect(await ticket(sale.id)).toMatchObject({ status: 404 });
    expect(await ticket(id, test.api)).toMatchObject({ status: 401 });
  });

  it('has another code with another key, and the one before lets people in as well', async () => {
    const person = await test.actor();
    const [own, { databaseUrl }] = [await published(test, {}, person.api), test];
    const { id } = (await book(person.api, await holdStanding(person.api, own, 1))).body;
    const { code } = (await ticket(id, person.api)).body;
    const env = { ENCRYPTION_KEY: OTHER_KEY };
    const both = { ...env, ENCRYPTION_KEY_PREVIOUS: TEST_ENVIRONMENT.ENCRYPTION_KEY };
    const asThem = ({ api }: TestApp) => once(api.with({ [ACTOR_HEADER]: JSON.stringify(person.actor) }));
    const finished = asThem(await TestApp.start({ databaseUrl, env }));
    const rotating = asThem(await TestApp.start({ databaseUrl, env: both }));
    expect((await ticket(id, rotating)).body.code).not.toBe(code);
    const checkIn = (api: ApiClient) => api.post(`/v1/events/${own.id}/check-in`, { code });
    expect(await checkIn(finished)).toMatchObject({ status: 409, body: { code: 'TICKET_INVALID' } });
    expect(await checkIn(rotating)).toMatchObject({ status: 200, body: { id } });
  });
});
