import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { atOnce } from '../../../test/harness/at-once.js';
import { cloneDatabase, sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { tokenIn } from '../../../test/harness/token-in.js';
import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';
import { SmtpServer } from '../../../test/harness/smtp.js';
import { differenceInTime, leastOf } from '../../../test/harness/timing.js';
import { Retention } from '../../core/retention/retention.js';
import { type Person, register, signIn } from './auth.requests.js';

const NEW = 'another long sentence';
const RESET = 'Set a new password';
const CHANGED = 'Your password was changed';
const WEAK = 'x'.repeat(14);

let smtp: SmtpServer;
let test: TestApp;
beforeAll(async () => {
  smtp = await SmtpServer.start();
  // Room for ten who wait for one lock, and for who answers others meanwhile.
  test = await TestApp.start({ env: { ...smtp.env, DB_POOL_MAX: '15' } });
});

const mailsTo = ({ email }: Person, subject: string) =>
  smtp.mails.filter(({ recipients, headers }) => recipients.includes(email) && headers.subject === subject);

async function mailTo(person: Person, subject: string, count = 1) {
  await eventually(() => Promise.resolve(expect(mailsTo(person, subject)).toHaveLength(count)));
  return mailsTo(person, subject).at(-1)!;
}

const forgot = (email: string, api = test.api) => api.post('/v1/auth/password/forgot', { email });
const reset = (token: string, password = NEW, api = test.api) =>
  api.post('/v1/auth/password/reset', { token, password });
const login = ({ email }: Person, password: string) => test.api.post('/v1/auth/login', { email, password });
const statusOf = async (client: ApiClient) => (await client.get('/v1/users/me')).status;
const session = async (person: Person, api = test.api) => api.as((await signIn(api, person)).accessToken);

/** The token of a link that was mailed to somebody who has forgotten their password. */
async function linkOf(person: Person, count = 1): Promise<string> {
  expect(await forgot(person.email)).toMatchObject({ status: 202 });
  return tokenIn((await mailTo(person, RESET, count)).text);
}

async function hashOf({ id }: Person): Promise<string> {
  const rows = await sql<{ hash: string }>(
    test.databaseUrl,
    'SELECT password_hash AS hash FROM credentials WHERE user_id = $1',
    [id],
  );
  return rows[0]?.hash ?? '';
}

const auditOf = ({ id }: Person, action: string) =>
  sql(
    test.databaseUrl,
    `SELECT request_id AS request, organization_id IS NOT NULL AS tenant FROM audit_log
      WHERE actor_id = $1 AND target_id = $1 AND action = $2`,
    [id, action],
  );

const invalid = { status: 400, body: { code: 'LINK_INVALID' } };
const count = (answers: { status: number }[], status: number) => answers.filter((one) => one.status === status).length;

describe('a forgotten password', () => {
  it('[R-39] #1 is answered alike, in status and body, whether or not there is such an account', async () => {
    const person = await register(test.api);
    const [known, unknown] = [await forgot(person.email), await forgot('nobody@example.org')];
    expect(known).toMatchObject({ status: 202, body: { expiresIn: 3_600 } });
    expect({ ...unknown, headers: 0 }).toEqual({ ...known, headers: 0 });
    const namesOf = ({ headers }: typeof known) => [...headers.keys()].sort();
    expect(namesOf(unknown)).toEqual(namesOf(known));
    await mailTo(person, RESET);
    expect(smtp.asked).not.toContain('nobody@example.org');
  });

  it('[R-39] #1 leaves its token nowhere but in the mail: in no answer, no log and no table', async () => {
    const databaseUrl = await cloneDatabase();
    const env = { ...PRODUCTION, ...smtp.env, NODE_ENV: 'development', LOG_LEVEL: 'debug', DATABASE_URL: databaseUrl };
    const app = await AppProcess.serve(env);
    const post = async (path: string, body: object) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${app.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return response.text();
    };
    const person: Person = { id: '', email: 'canary@example.org', password: 'a long sentence is best' };
    await post('/v1/auth/register', { email: person.email, password: person.password, name: 'Canary' });
    const answer = await post('/v1/auth/password/forgot', { email: person.email });
    const token = tokenIn((await mailTo(person, RESET)).text);
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const [dump] = await sql<{ text: string }>(
      databaseUrl,
      `SELECT (SELECT string_agg(t::text, ' ') FROM one_time_tokens t)
           || (SELECT string_agg(j::text, ' ') FROM pgboss.job j) AS text`,
    );
    expect(dump?.text).toContain('password.mail-reset-link');
    await post('/v1/auth/password/reset', { token, password: NEW });
    await mailTo(person, CHANGED);
    await app.until(() => app.log.filter(({ msg }) => msg === 'request').length >= 3);
    for (const text of [answer, dump?.text, app.stdout]) {
      expect(text).not.toContain(token);
      expect(text).not.toContain(token.slice(0, 20));
    }
    expect(app.stdout).not.toContain(person.email);
    await app.stop();
  });

  it('[R-39] #1 takes as long to ask for of somebody who does not exist', async () => {
    // Jobs are done elsewhere: what differs follows the answer, and would slow down whoever measures in this process.
    const { api } = await TestApp.start({ env: { ...smtp.env, JOBS_CONCURRENCY: '0' } });
    const ask = (email: string) => async () => expect((await forgot(email, api)).status).toBe(202);
    const difference = async () => {
      const people = await Promise.all(Array.from({ length: 25 }, () => register(api)));
      // As often as it may be asked for of one account.
      const asked = [...people, ...people, ...people];
      return differenceInTime(asked.map(({ email }) => [ask(email), ask(`no-${email}`)] as const));
    };
    expect(await leastOf(5, 0.1, difference)).toBeLessThan(0.1);
  });

  it('[R-39] #2 is replaced once by a link, however many use it at the same time', async () => {
    const person = await register(test.api);
    const token = await linkOf(person);
    const passwords = Array.from({ length: 10 }, (_, index) => `password number ${index}`);
    let next = 0;
    const answers = await atOnce(test.databaseUrl, 10, async () => {
      const password = passwords[next++] ?? '';
      return { password, ...(await reset(token, password)) };
    });
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(400)]);
    expect(answers.filter(({ status, body }) => status === 400 && body.code === 'LINK_INVALID')).toHaveLength(9);
    const winner = answers.find(({ status }) => status === 200);
    expect(await login(person, winner?.password ?? '')).toMatchObject({ status: 200 });
    expect(await auditOf(person, 'password.reset')).toEqual([{ request: expect.any(String) as string, tenant: true }]);
    expect(await reset(token)).toMatchObject(invalid);
  });

  it('[R-39] #2 [R-36] ends every session, on every instance, and is told by mail', async () => {
    const second = await TestApp.start({ env: smtp.env, databaseUrl: test.databaseUrl });
    const person = await register(test.api);
    const { accessToken, refreshToken } = await signIn(test.api, person);
    const sessions = [test.api.as(accessToken), second.api.as(accessToken), await session(person, second.api)];
    for (const one of sessions) expect(await statusOf(one)).toBe(200);
    expect(await reset(await linkOf(person))).toMatchObject({ status: 200, body: { email: person.email } });
    for (const one of sessions) await eventually(async () => expect(await statusOf(one)).toBe(401), 1_000);
    expect(await test.api.post('/v1/auth/refresh', { refreshToken })).toMatchObject({ status: 401 });
    expect(await login(person, person.password)).toMatchObject({ status: 401 });
    expect(await login(person, NEW)).toMatchObject({ status: 200 });
    await mailTo(person, CHANGED);
  });

  it('[R-39] #2 is not replaced by a link that is older than an hour, or with a weak password', async () => {
    const person = await register(test.api);
    const token = await linkOf(person);
    expect(await reset(token, WEAK)).toMatchObject({ status: 400, body: { errors: [{ pointer: '#/password' }] } });
    const [row] = await sql<{ minutes: string }>(
      test.databaseUrl,
      `UPDATE one_time_tokens SET created_at = created_at - interval '1 hour', expires_at = expires_at - interval '1 hour'
        WHERE user_id = $1 AND purpose = 'reset-password'
       RETURNING extract(epoch FROM expires_at - created_at) / 60 AS minutes`,
      [person.id],
    );
    expect(Number(row?.minutes)).toBe(60);
    expect(await reset(token)).toMatchObject(invalid);
    expect(await reset('nobody-ever-got-this')).toMatchObject(invalid);
    expect(await login(person, person.password)).toMatchObject({ status: 200 });
  });

  it('[R-39] #3 may be asked for three times an hour, and a link tried five times', async () => {
    const person = await register(test.api);
    for (const spelled of [person.email, person.email.toUpperCase(), ` ${person.email}`]) {
      expect(await forgot(spelled)).toMatchObject({ status: 202 });
    }
    const fourth = await forgot(person.email);
    expect(fourth).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
    expect(Number(fourth.headers.get('retry-after'))).toBeGreaterThan(3_000);
    const here = test.api.with({ 'x-forwarded-for': '192.0.2.39' });
    for (let attempt = 0; attempt < 5; attempt++) expect(await reset('wrong', NEW, here)).toMatchObject(invalid);
    expect(await reset(tokenIn((await mailTo(person, RESET, 3)).text), NEW, here)).toMatchObject({ status: 429 });
  });

  it('may be asked for twenty times an hour from one address, whosever it is', async () => {
    const here = test.api.with({ 'x-forwarded-for': '192.0.2.40' });
    for (let attempt = 0; attempt < 20; attempt++) {
      expect(await forgot(`nobody-${attempt}@example.org`, here)).toMatchObject({ status: 202 });
    }
    expect(await forgot('nobody-20@example.org', here)).toMatchObject({ status: 429 });
  });

  it('is replaced by the last link only, and proves the address that it went to', async () => {
    const person = await register(test.api);
    const [first, last] = [await linkOf(person), await linkOf(person, 2)];
    expect(await reset(first)).toMatchObject(invalid);
    expect(await reset(last)).toMatchObject({ status: 200 });
    const me = await session({ ...person, password: NEW });
    expect(await me.get('/v1/users/me')).toMatchObject({ status: 200, body: { emailVerified: true } });
    expect(await auditOf(person, 'email.verified')).toHaveLength(1);
  });

  it('is not replaced by a link from before the password or the address changed', async () => {
    const person = await register(test.api);
    const me = await session(person);
    const first = await linkOf(person);
    const change = { currentPassword: person.password, newPassword: NEW };
    expect(await me.send('PUT', '/v1/users/me/password', change)).toMatchObject({ status: 200 });
    expect(await reset(first)).toMatchObject(invalid);
    const second = await linkOf(person, 2);
    const email = `moved-${person.email}`;
    expect(await me.patch('/v1/users/me', { email, currentPassword: NEW })).toMatchObject({ status: 200 });
    expect(await reset(second)).toMatchObject(invalid);
  });

  it('[R-108] #1 is told how long the link lasts by the value that ends it, whatever it is', async () => {
    const other = await TestApp.start({
      env: { ...smtp.env, RESET_LINK_TTL_MINUTES: '20' },
      databaseUrl: await cloneDatabase(),
    });
    for (const [app, minutes, words] of [
      [test, 60, '1 hour'],
      [other, 20, '20 minutes'],
    ] as const) {
      const person = await register(app.api);
      expect(await forgot(person.email, app.api)).toMatchObject({ status: 202, body: { expiresIn: minutes * 60 } });
      expect((await mailTo(person, RESET)).text).toContain(`The link works once, for ${words}.`);
      const [row] = await sql<{ minutes: string }>(
        app.databaseUrl,
        `SELECT extract(epoch FROM expires_at - created_at) / 60 AS minutes FROM one_time_tokens
          WHERE user_id = $1 AND purpose = 'reset-password'`,
        [person.id],
      );
      expect(Number(row?.minutes)).toBe(minutes);
    }
  });
});

describe('a new password', () => {
  const change = (me: ApiClient, currentPassword: string, newPassword = NEW) =>
    me.send('PUT', '/v1/users/me/password', { currentPassword, newPassword });

  it('[R-40] needs the current one, ends the other sessions, and is tried five times an hour', async () => {
    const second = await TestApp.start({ env: smtp.env, databaseUrl: test.databaseUrl });
    const person = await register(test.api);
    const [me, other] = [await session(person), await session(person, second.api)];
    expect(await statusOf(other)).toBe(200);
    const before = await hashOf(person);
    expect(await change(me, 'a wrong password, surely')).toMatchObject({
      status: 401,
      body: { code: 'INVALID_CREDENTIALS' },
    });
    expect(await hashOf(person)).toBe(before);
    expect(await auditOf(person, 'password.refused')).toHaveLength(1);
    expect(await change(me, person.password, WEAK)).toMatchObject({ status: 400 });
    expect(await hashOf(person)).toBe(before);

    const marked = me.with({ 'x-request-id': `change-of-${person.id}` });
    expect(await change(marked, person.password)).toMatchObject({ status: 200, body: { id: person.id } });
    await eventually(async () => expect(await statusOf(other)).toBe(401), 1_000);
    expect(await statusOf(me)).toBe(200);
    expect(await auditOf(person, 'password.changed')).toEqual([{ request: `change-of-${person.id}`, tenant: true }]);
    await mailTo(person, CHANGED);
    expect(await login(person, person.password)).toMatchObject({ status: 401 });
    expect(await login(person, NEW)).toMatchObject({ status: 200 });

    for (let attempt = 4; attempt <= 5; attempt++)
      expect(await change(me, 'wrong again')).toMatchObject({ status: 401 });
    expect(await change(me, NEW, 'one more long sentence')).toMatchObject({ status: 429 });
    expect(await login(person, NEW)).toMatchObject({ status: 200 });
  });

  it('is one of two that are set at the same time, and the session that set the other is over', async () => {
    const person = await register(test.api);
    const [one, two] = [await session(person), await session(person)];
    let next = 0;
    const answers = await atOnce(test.databaseUrl, 2, async () => {
      const mine = next++;
      const password = `password number ${mine} of two`;
      return { password, ...(await change([one, two][mine] ?? one, person.password, password)) };
    });
    expect(count(answers, 200)).toBe(1);
    expect(count(answers, 401)).toBe(1);
    expect(await login(person, answers.find(({ status }) => status === 200)?.password ?? '')).toMatchObject({
      status: 200,
    });
  });

  it('leaves no session that the old one opens at the same time', async () => {
    const person = await register(test.api);
    const token = await linkOf(person);
    const signedIn: string[] = [];
    let first = true;
    await atOnce(test.databaseUrl, 6, async () => {
      if (first) {
        first = false;
        return void expect((await reset(token)).status).toBe(200);
      }
      const { status, body } = await login(person, person.password);
      if (status === 200) signedIn.push((body as { accessToken?: string }).accessToken ?? '');
      else expect(status).toBe(401);
    });
    for (const accessToken of signedIn) {
      await eventually(async () => expect(await statusOf(test.api.as(accessToken))).toBe(401), 1_000);
    }
    const live = await sql(test.databaseUrl, 'SELECT 1 FROM sessions WHERE user_id = $1 AND revoked_at IS NULL', [
      person.id,
    ]);
    expect(live).toEqual([]);
  });
});

describe('one-time tokens', () => {
  it('are let go when they have expired, and not before', async () => {
    const [gone, kept] = [await register(test.api), await register(test.api)];
    await sql(
      test.databaseUrl,
      `UPDATE one_time_tokens SET created_at = now() - interval '2 days', expires_at = now() - interval '1 second'
        WHERE user_id = $1`,
      [gone.id],
    );
    await test.app.get(Retention).sweepAll();
    const rows = await sql(test.databaseUrl, 'SELECT user_id AS id FROM one_time_tokens WHERE user_id IN ($1, $2)', [
      gone.id,
      kept.id,
    ]);
    expect(rows).toEqual([{ id: kept.id }]);
  });
});
