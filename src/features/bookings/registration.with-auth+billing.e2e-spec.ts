import { randomUUID } from 'node:crypto';
import { TestApp } from '../../../test/harness/app.js';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { SmtpServer } from '../../../test/harness/smtp.js';
import { tokenIn } from '../../../test/harness/token-in.js';

const PASSWORD = 'a long sentence is best';
const PATIENCE_MS = 60_000;

const keyed = (api: ApiClient) => api.with({ 'idempotency-key': randomUUID() });

const concert = {
  ...{ title: 'A concert', venue: 'The hall', timezone: 'Europe/Berlin' },
  startsAt: new Date(Date.now() + 30 * 86_400_000).toISOString(),
  seatTypes: [{ name: 'Standing', priceMinor: 0, currency: 'EUR', capacity: 5 }],
};

/** What somebody does on their first day, in a database in which nobody has done anything. */
describe('somebody who comes for the first time', () => {
  let smtp: SmtpServer;
  let test: TestApp;
  let email: string;
  beforeAll(async () => {
    smtp = await SmtpServer.start();
    test = await TestApp.start({ env: { ...smtp.env, BILLING_SIGNUP_CREDITS: '100', BOOKINGS_EXPORT_CREDITS: '1' } });
  });
  beforeEach(() => {
    email = `${randomUUID()}@example.org`;
  });

  const register = () => test.api.post('/v1/auth/register', { email, password: PASSWORD, name: 'Somebody' });
  const logIn = (password = PASSWORD) => test.api.post<{ accessToken: string }>('/v1/auth/login', { email, password });
  const signedIn = async () => test.api.as((await logIn()).body.accessToken);
  const verify = (token: string) => test.api.post('/v1/auth/email/verify', { token });
  const credits = async (api: ApiClient) => (await api.get('/v1/billing/credits')).body;
  const isVerified = async (api: ApiClient) => (await api.get('/v1/users/me')).body.emailVerified;

  /** The link of the last of so many mails to them. */
  async function mailed(count = 1): Promise<string> {
    const links = () =>
      smtp.mails
        .filter(({ recipients }) => recipients.includes(email))
        .map(({ text }) => tokenIn(text))
        .filter((token) => token !== '');
    await eventually(() => Promise.resolve(expect(links()).toHaveLength(count)), PATIENCE_MS);
    return links().at(-1) ?? '';
  }

  async function event(api: ApiClient): Promise<string> {
    const { status, body } = await keyed(api).post('/v1/events', concert);
    expect(status).toBe(201);
    return String(body.id);
  }

  it('[R-92] #1 registers, verifies, signs in, has a profile and credits, and pays with them for work that is done', async () => {
    expect(await sql(test.databaseUrl, 'SELECT FROM users')).toEqual([]);
    expect((await register()).status).toBe(201);
    expect(await verify(await mailed())).toMatchObject({ status: 200, body: { email } });
    expect((await logIn()).status).toBe(200);
    const me = await signedIn();
    expect(await me.get('/v1/users/me')).toMatchObject({
      status: 200,
      body: { email, emailVerified: true, name: 'Somebody' },
    });
    expect(await credits(me)).toEqual({ balance: 100, reserved: 0 });

    const begun = await keyed(me).post('/v1/bookings/exports', { eventId: await event(me) });
    expect(begun).toMatchObject({ status: 202, body: { creditsRemaining: 99 } });
    const { jobId } = begun.body as { jobId: string };
    await eventually(
      async () => expect((await me.get(`/v1/jobs/${jobId}`)).body).toMatchObject({ status: 'succeeded' }),
      PATIENCE_MS,
    );
    const result = await me.get<{ downloadUrl: string }>(`/v1/bookings/exports/${jobId}`);
    const file = await test.api.get<string>(result.body.downloadUrl);
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(await credits(me)).toEqual({ balance: 99, reserved: 0 });
    const { body } = await me.get<{ data: { reason: string }[] }>('/v1/billing/credits/entries');
    expect(body.data.map(({ reason }) => reason)).toEqual(['capture', 'reserve', 'sign-up']);
  }, 120_000);

  it('[R-92] #1 recovers from a password that is wrong, a link that is too late, and what was sent twice', async () => {
    expect((await register()).status).toBe(201);
    expect(await register()).toMatchObject({ status: 409, body: { code: 'EMAIL_TAKEN' } });
    expect(await logIn('another sentence as long')).toMatchObject({
      status: 401,
      body: { code: 'INVALID_CREDENTIALS' },
    });
    const first = await mailed();
    await sql(
      test.databaseUrl,
      `UPDATE one_time_tokens SET created_at = now() - interval '2 days', expires_at = now() - interval '1 s'`,
    );
    expect(await verify(first)).toMatchObject({ status: 400, body: { code: 'LINK_INVALID' } });
    const me = await signedIn();
    expect(await isVerified(me)).toBe(false);
    expect((await me.post('/v1/auth/email/resend')).status).toBe(202);
    const second = await mailed(2);
    expect((await verify(second)).status).toBe(200);
    expect((await verify(second)).status).toBe(400);
    expect(await isVerified(me)).toBe(true);

    const eventId = await event(me);
    const again = keyed(me);
    const [one, other] = [
      await again.post('/v1/bookings/exports', { eventId }),
      await again.post('/v1/bookings/exports', { eventId }),
    ];
    expect(one.status).toBe(202);
    expect(other.body).toEqual(one.body);
    await eventually(async () => expect(await credits(me)).toEqual({ balance: 99, reserved: 0 }), PATIENCE_MS);
    expect(await keyed(me).post('/v1/bookings/exports', { eventId: randomUUID() })).toMatchObject({ status: 404 });
    expect(await credits(me)).toEqual({ balance: 99, reserved: 0 });
  }, 120_000);
});
