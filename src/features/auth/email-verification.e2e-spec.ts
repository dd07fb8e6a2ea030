import { Controller, Module, Post } from '@nestjs/common';
import { ApiCreatedResponse } from '@nestjs/swagger';
import { RequiresRole, RequiresVerifiedEmail } from '../../core/access/access.decorators.js';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { tokenIn } from '../../../test/harness/token-in.js';
import type { ReceivedMail } from '../../../test/harness/received-mail.js';
import { Named } from '../../../test/harness/routes.dto.js';
import { SmtpServer } from '../../../test/harness/smtp.js';
import { type Person, register, signIn } from './auth.requests.js';

const VERIFY = 'Verify your e-mail address';
const ORIGIN = 'https://app.example.org';

/** What only those may do who have a verified address. */
@Controller('test/orders')
@RequiresRole('member')
class OrdersController {
  @Post()
  @RequiresVerifiedEmail()
  @ApiCreatedResponse({ type: Named })
  order(): Named {
    return { name: 'ordered' };
  }
}

@Module({ controllers: [OrdersController] })
class OrdersModule {}

describe('an e-mail address', () => {
  let smtp: SmtpServer;
  let test: TestApp;
  beforeAll(async () => {
    smtp = await SmtpServer.start();
    test = await TestApp.start({ modules: [OrdersModule], env: { ...smtp.env, APP_URL: `${ORIGIN}/` } });
  });

  const mailsTo = (email: string, subject = VERIFY) =>
    smtp.mails.filter(({ recipients, headers }) => recipients.includes(email) && headers.subject === subject);

  /** As soon as there are so many, the last one. */
  async function mailTo(email: string, count = 1, subject = VERIFY): Promise<ReceivedMail> {
    await eventually(() => Promise.resolve(expect(mailsTo(email, subject)).toHaveLength(count)));
    return mailsTo(email, subject).at(-1)!;
  }

  const linkTo = async (email: string, count = 1) => tokenIn((await mailTo(email, count)).text);
  const verify = (token: string) => test.api.post('/v1/auth/email/verify', { token });
  const asPerson = async (person: Person): Promise<ApiClient> =>
    test.api.as((await signIn(test.api, person)).accessToken);
  const auditOf = async ({ id }: Person, action: string) =>
    sql(
      test.databaseUrl,
      `SELECT request_id AS request, organization_id IS NOT NULL AS tenant FROM audit_log
        WHERE actor_id = $1 AND action = $2`,
      [id, action],
    );

  it('[R-41] is proven by a link that works once, for a day, and is to be proven again when it changes', async () => {
    const person = await register(test.api);
    const me = await asPerson(person);
    const refused = { status: 403, body: { code: 'EMAIL_NOT_VERIFIED' } };
    expect(await me.post('/v1/test/orders')).toMatchObject(refused);
    const token = await linkTo(person.email);
    expect(await verify(token)).toMatchObject({ status: 200, body: { email: person.email } });
    expect((await me.post('/v1/test/orders')).status).toBe(201);
    expect(await verify(token)).toMatchObject({ status: 400, body: { code: 'LINK_INVALID' } });
    expect(await auditOf(person, 'email.verified')).toEqual([{ request: expect.any(String) as string, tenant: true }]);

    const email = `new-${person.email}`;
    const changed = await me.patch('/v1/users/me', { email, currentPassword: person.password });
    expect(changed).toMatchObject({ status: 200, body: { email, emailVerified: false } });
    await eventually(async () => expect(await me.post('/v1/test/orders')).toMatchObject(refused), 1_000);
    expect(await verify(await linkTo(email))).toMatchObject({ status: 200 });
    expect((await me.post('/v1/test/orders')).status).toBe(201);
  });

  it('[R-108] #1 is told how long the link lasts by the value that ends it, whatever it is', async () => {
    const env = { ...smtp.env, VERIFICATION_LINK_TTL_HOURS: '5' };
    const other = await TestApp.start({ env, databaseUrl: test.databaseUrl });
    for (const [app, hours, words] of [
      [test, 24, '1 day'],
      [other, 5, '5 hours'],
    ] as const) {
      const person = await register(app.api);
      const mail = await mailTo(person.email);
      expect(mail.text).toContain(`The link works once, for ${words}.`);
      const [row] = await sql<{ hours: string }>(
        test.databaseUrl,
        'SELECT extract(epoch FROM expires_at - created_at) / 3600 AS hours FROM one_time_tokens WHERE user_id = $1',
        [person.id],
      );
      expect(Number(row?.hours)).toBe(hours);
    }
  });

  it('is verified on a page of the application, which gets the token in the fragment', async () => {
    const person = await register(test.api);
    const { text } = await mailTo(person.email);
    const token = tokenIn(text);
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(text.split(/\s/)).toContain(`${ORIGIN}/verify-email#token=${token}`);
  });

  it('is not verified by a link that has expired', async () => {
    const person = await register(test.api);
    const token = await linkTo(person.email);
    await sql(
      test.databaseUrl,
      `UPDATE one_time_tokens SET created_at = now() - interval '2 days', expires_at = now() - interval '1 second'
        WHERE user_id = $1`,
      [person.id],
    );
    expect(await verify(token)).toMatchObject({ status: 400, body: { code: 'LINK_INVALID' } });
  });

  it('gets another link on request, three an hour, and only the last one works', async () => {
    const person = await register(test.api);
    const me = await asPerson(person);
    const first = await linkTo(person.email);
    for (const count of [2, 3]) {
      expect(await me.post('/v1/auth/email/resend')).toMatchObject({ status: 202, body: { expiresIn: 86_400 } });
      await mailTo(person.email, count);
    }
    expect(await verify(first)).toMatchObject({ status: 400, body: { code: 'LINK_INVALID' } });
    expect(await verify(await linkTo(person.email, 3))).toMatchObject({ status: 200 });
    expect(await me.post('/v1/auth/email/resend')).toMatchObject({ status: 202, body: { expiresIn: 86_400 } });
    expect(await me.post('/v1/auth/email/resend')).toMatchObject({ status: 429 });
    // What the third would have sent would have come before this.
    await mailTo((await register(test.api)).email);
    expect(mailsTo(person.email)).toHaveLength(3);
  });

  it('is not verified by a link that went to the one before', async () => {
    const person = await register(test.api);
    const me = await asPerson(person);
    const first = await linkTo(person.email);
    const { password: currentPassword } = person;
    await sql(test.databaseUrl, `UPDATE users SET email = 'x' || email WHERE id = $1`, [person.id]);
    expect(await verify(first)).toMatchObject({ status: 400, body: { code: 'LINK_INVALID' } });
    expect(await me.patch('/v1/users/me', { email: person.email, currentPassword })).toMatchObject({ status: 200 });
    expect(await verify(first)).toMatchObject({ status: 400, body: { code: 'LINK_INVALID' } });
    expect(await verify(await linkTo(person.email, 2))).toMatchObject({ status: 200 });
  });

  it('changes with the password only, which is told to the one before and written down once', async () => {
    const person = await register(test.api);
    const me = await asPerson(person);
    const email = `other-${person.email}`;
    expect(await me.patch('/v1/users/me', { email })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#/currentPassword' }] },
    });
    const wrong = await me.patch('/v1/users/me', { email, currentPassword: 'a wrong password, surely' });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'INVALID_CREDENTIALS' } });
    expect(await auditOf(person, 'password.refused')).toHaveLength(1);
    expect(await auditOf(person, 'email.changed')).toEqual([]);

    const { password: currentPassword } = person;
    const marked = me.with({ 'x-request-id': `email-of-${person.id}` });
    expect(await marked.patch('/v1/users/me', { email: email.toUpperCase(), currentPassword })).toMatchObject({
      status: 200,
      body: { email, name: 'Somebody' },
    });
    expect(await auditOf(person, 'email.changed')).toEqual([{ request: `email-of-${person.id}`, tenant: true }]);
    const notice = await mailTo(person.email, 1, 'Your e-mail address was changed');
    expect(notice.raw).not.toContain(email);
    await mailTo(email);
    expect((await signIn(test.api, { ...person, email })).accessToken).toEqual(expect.any(String));
    expect(await me.patch('/v1/users/me', { email, currentPassword })).toMatchObject({ status: 200 });
    expect(await auditOf(person, 'email.changed')).toHaveLength(1);
  });

  it('does not change to one that is taken, and five times an hour nobody learns whether it is', async () => {
    const [person, other] = [await register(test.api), await register(test.api)];
    const me = await asPerson(person);
    const attempt = () => me.patch('/v1/users/me', { email: other.email, currentPassword: person.password });
    for (let count = 0; count < 5; count++) {
      expect(await attempt()).toMatchObject({ status: 409, body: { code: 'EMAIL_TAKEN' } });
    }
    expect(await attempt()).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
    expect(await me.patch('/v1/users/me', { name: 'Ada' })).toMatchObject({ status: 200, body: { name: 'Ada' } });
    expect(await auditOf(person, 'email.changed')).toEqual([]);
  });

  it('is registered while the mail server is away, and hears of it when that is back', async () => {
    await smtp.stop();
    const person = await register(test.api);
    expect((await asPerson(person)).url).toBe(test.url);
    await eventually(async () =>
      expect(
        await sql(test.databaseUrl, `SELECT 1 FROM pgboss.job WHERE name = 'mail.deliver' AND retry_count > 0`),
      ).not.toEqual([]),
    );
    await smtp.start();
    await eventually(() => Promise.resolve(expect(mailsTo(person.email)).toHaveLength(1)), 30_000);
    expect(await verify(await linkTo(person.email))).toMatchObject({ status: 200 });
  });
});

describe('where mails go nowhere', () => {
  it('people register all the same, and who asks for a link is told, whoever they are', async () => {
    const test = await TestApp.start({ env: { MAIL_INBOX_ENABLED: 'false' } });
    const person = await register(test.api);
    expect(await sql(test.databaseUrl, 'SELECT 1 FROM one_time_tokens')).toEqual([]);
    const me = test.api.as((await signIn(test.api, person)).accessToken);
    const off = { status: 503, body: { code: 'FEATURE_DISABLED', details: { feature: 'smtp' } } };
    expect(await me.post('/v1/auth/email/resend')).toMatchObject(off);
    expect(await test.api.post('/v1/auth/password/forgot', { email: person.email })).toMatchObject(off);
    expect(await test.api.post('/v1/auth/password/forgot', { email: 'nobody@example.org' })).toMatchObject(off);
  });
});
