import { ACTOR_HEADER } from '../../../test/harness/actors.js';
import { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { cloneDatabase, sql } from '../../../test/harness/database.js';
import { type Environment, TEST_ENVIRONMENT } from '../../../test/harness/environment.js';
import { eventually } from '../../../test/harness/eventually.js';
import { killedAt } from '../../../test/harness/killed-at.js';
import { AppProcess } from '../../../test/harness/process.js';
import { payInSandbox, pressPay, sandboxPage } from '../../../test/harness/sandbox-payment.js';
import { book, hold, once, published, runOut, type Sale } from './box-office.harness.js';
import { seatFaults } from './seat-faults.harness.js';

const MAIN = 'test/fixtures/main-with-actors.js';
/** It answers, and does nothing behind anybody's back. */
const IDLE = { JOBS_CONCURRENCY: '0' };
const PATIENCE_MS = 90_000;
const LIMIT_MS = 2 * PATIENCE_MS;

/** Lets the time pass until what a dead process was at is anybody's. */
const LEFT_BY_THE_DEAD = `UPDATE pgboss.job SET started_on = now() - interval '1 hour' WHERE state = 'active'`;

describe('a process that is killed', () => {
  let databaseUrl: string;
  let sale: Sale;
  let app: AppProcess;
  let buyer: ApiClient;
  const headers: Record<string, string>[] = [];

  beforeAll(async () => {
    databaseUrl = await cloneDatabase();
    const before = await TestApp.start({ databaseUrl, env: IDLE });
    sale = await published(before);
    while (headers.length < 10) headers.push({ [ACTOR_HEADER]: JSON.stringify((await before.actor()).actor) });
    await before.close();
    await restart();
  }, 120_000);

  beforeEach(() => {
    buyer = as(headers.pop());
  });

  afterEach(async () => {
    expect(await seatFaults({ databaseUrl })).toEqual([]);
  });

  const as = (who: Record<string, string> = {}) => new ApiClient(app.url).with(who);

  async function restart(env: Environment = {}): Promise<void> {
    await app?.stop();
    await sql(databaseUrl, LEFT_BY_THE_DEAD);
    const settings = { DATABASE_URL: databaseUrl, DB_SSL_MODE: 'disable', PAYMENTS_SANDBOX_ENABLED: 'true' };
    app = await AppProcess.serve({ ...TEST_ENVIRONMENT, ...settings, ...env }, MAIN);
  }

  /** The same people, at the process that answers now. */
  const again = (api: ApiClient): ApiClient => api.at(app.url);
  const killed = (table: string, work: () => Promise<unknown>) => killedAt(app, databaseUrl, table, work);
  const read = async (id: unknown) => (await again(buyer).get(`/v1/bookings/${String(id)}`)).body;
  const becomes = (id: unknown, what: object) =>
    eventually(async () => expect(await read(id)).toMatchObject(what), PATIENCE_MS);
  const booked = async (label: string) => (await book(buyer, await hold(buyer, sale, [label]))).body;
  const paid = async (label: string) => {
    const body = await booked(label);
    expect(await payInSandbox(app, String(body.checkoutUrl))).toBe(303);
    await becomes(body.id, { status: 'confirmed' });
    return body;
  };

  it(
    'while it holds seats has held none of them',
    async () => {
      await killed('seat_tallies', () => hold(buyer, sale, ['A1', 'A2']));
      await restart();
      expect(await hold(as(headers.pop()), sale, ['A2', 'A1'])).toMatchObject({ status: 201 });
    },
    LIMIT_MS,
  );

  it.each([
    ['bookings', 'A3'],
    ['payments', 'A4'],
  ])(
    'while it books, about to write %s, has booked nothing: who asks again gets it',
    async (table, label) => {
      const { body } = await hold(buyer, sale, [label]);
      const keyed = once(buyer);
      await killed(table, () => keyed.post('/v1/bookings', { holdId: body.id }));
      await restart();
      const answer = await again(keyed).post('/v1/bookings', { holdId: body.id });
      expect(answer).toMatchObject({ status: 201, body: { id: body.id, status: 'pending_payment' } });
      expect(await payInSandbox(app, String(answer.body.checkoutUrl))).toBe(303);
      await becomes(body.id, { status: 'confirmed' });
    },
    LIMIT_MS,
  );

  it(
    'before it hears that somebody has paid hears of it afterwards, and they have their seats',
    async () => {
      const { id, checkoutUrl } = await booked('A5');
      await restart(IDLE);
      expect(await payInSandbox(app, String(checkoutUrl))).toBe(303);
      expect(await read(id)).toMatchObject({ status: 'pending_payment' });
      await restart();
      await becomes(id, { status: 'confirmed', refundedMinor: 0 });
    },
    LIMIT_MS,
  );

  it(
    'while it settles a payment does so afterwards',
    async () => {
      const { id, checkoutUrl } = await booked('A6');
      await killed('bookings', () => payInSandbox(app, String(checkoutUrl)));
      await restart();
      expect(await read(id)).toMatchObject({ status: 'pending_payment' });
      await becomes(id, { status: 'confirmed', refundedMinor: 0 });
    },
    LIMIT_MS,
  );

  it(
    'while it cancels has cancelled nothing: who asks again gets all of the money back, once',
    async () => {
      const { id } = await paid('A7');
      const keyed = once(buyer);
      await killed('bookings', () => keyed.post(`/v1/bookings/${String(id)}/cancel`));
      await restart();
      expect(await read(id)).toMatchObject({ status: 'confirmed' });
      const cancelled = { status: 200, body: { status: 'cancelled' } };
      expect(await again(keyed).post(`/v1/bookings/${String(id)}/cancel`)).toMatchObject(cancelled);
      expect(await again(keyed).post(`/v1/bookings/${String(id)}/cancel`)).toMatchObject(cancelled);
      await becomes(id, { refundedMinor: 5_000 });
    },
    LIMIT_MS,
  );

  it(
    'between a cancellation and its refund gives the money back afterwards',
    async () => {
      const { id } = await paid('A8');
      await restart(IDLE);
      expect(await once(again(buyer)).post(`/v1/bookings/${String(id)}/cancel`)).toMatchObject({ status: 200 });
      expect(await read(id)).toMatchObject({ status: 'cancelled', refundedMinor: 0 });
      await restart();
      await becomes(id, { refundedMinor: 5_000 });
    },
    LIMIT_MS,
  );

  it(
    'while it ends what was not paid in time does so afterwards, and who pays then gets it back',
    async () => {
      const { id, checkoutUrl, paymentId } = await booked('A9');
      const page = await sandboxPage(app, String(checkoutUrl));
      await runOut({ databaseUrl }, id, 5_000);
      await killed('seats', () => Promise.resolve());
      await restart(IDLE);
      await becomes(id, { status: 'expired' });
      expect(await hold(as(headers.pop()), sale, ['A9'])).toMatchObject({ status: 201 });
      expect(await pressPay(app, page)).toBe(303);
      await restart();
      await eventually(async () => {
        const { body } = await again(buyer).get(`/v1/billing/payments/${String(paymentId)}`);
        expect(body).toMatchObject({ status: 'refused', refunded: 5_000 });
      }, PATIENCE_MS);
      expect(await read(id)).toMatchObject({ status: 'expired' });
    },
    LIMIT_MS,
  );
});
