import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { cloneDatabase, sql, whileLocked } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { FaultProxy } from '../../../test/harness/fault-proxy.js';
import { TestRoutesModule } from '../../../test/harness/routes.controller.js';
import { statementsOf } from '../../../test/harness/statements.js';
import type { TokenPair } from './auth.dto.js';

const PASSWORD = 'a long sentence is best';
let count = 0;

async function signIn(api: ApiClient): Promise<TokenPair> {
  const email = `person-${++count}@example.org`;
  await api.post('/v1/auth/register', { email, password: PASSWORD, name: 'Ada' });
  return (await api.post<TokenPair>('/v1/auth/login', { email, password: PASSWORD })).body;
}

const me = (test: TestApp, { accessToken }: TokenPair) => test.api.as(accessToken).get('/v1/users/me');
const logOut = (test: TestApp, { accessToken }: TokenPair) => test.api.as(accessToken).post('/v1/auth/logout');

describe('logging out', () => {
  it('[R-36] #2 ends the session on every instance within a second, and for those that start later', async () => {
    const first = await TestApp.start();
    const second = await TestApp.start({ databaseUrl: first.databaseUrl });
    const [mine, other] = [await signIn(first.api), await signIn(first.api)];
    expect(await me(second, mine)).toMatchObject({ status: 200 });
    expect(await logOut(first, mine)).toMatchObject({ status: 204, body: '' });
    expect(await me(first, mine)).toMatchObject({ status: 401, body: { code: 'SESSION_ENDED' } });
    await eventually(async () => expect(await me(second, mine)).toMatchObject({ status: 401 }), 1_000);
    const third = await TestApp.start({ databaseUrl: first.databaseUrl });
    expect(await me(third, mine)).toMatchObject({ status: 401, body: { code: 'SESSION_ENDED' } });
    for (const test of [first, second, third]) expect(await me(test, other)).toMatchObject({ status: 200 });
    const { refreshToken } = mine;
    expect(await second.api.post('/v1/auth/refresh', { refreshToken })).toMatchObject({ status: 401 });
  });

  it('[R-36] #2 leaves nothing but hashes in the database', async () => {
    const test = await TestApp.start();
    const { accessToken, refreshToken } = await signIn(test.api);
    const [dump] = await sql<{ text: string }>(
      test.databaseUrl,
      `SELECT string_agg(t::text, ' ') AS text FROM (SELECT s::text FROM sessions s UNION ALL SELECT r::text FROM refresh_tokens r) t`,
    );
    expect(dump?.text).not.toContain(refreshToken);
    expect(dump?.text).not.toContain(Buffer.from(refreshToken).toString('hex'));
    expect(dump?.text).not.toContain(accessToken.split('.')[2]);
  });

  it('is found by looking when the notification is lost', async () => {
    const test = await TestApp.start();
    const tokens = await signIn(test.api);
    expect(await me(test, tokens)).toMatchObject({ status: 200 });
    await sql(test.databaseUrl, 'UPDATE sessions SET revoked_at = now()');
    await eventually(async () => expect(await me(test, tokens)).toMatchObject({ status: 401 }), 1_000);
  });

  it('is found also when the transaction that ended it began long before', async () => {
    const test = await TestApp.start();
    const tokens = await signIn(test.api);
    await sql(test.databaseUrl, `UPDATE sessions SET revoked_at = now() - interval '30 seconds'`);
    await eventually(async () => expect(await me(test, tokens)).toMatchObject({ status: 401 }), 1_000);
  });

  it('costs no request a statement, as long as the instance is in step with the database', async () => {
    const test = await TestApp.start();
    const tokens = await signIn(test.api);
    await me(test, tokens);
    expect(await statementsOf(test, () => me(test, tokens))).toHaveLength(1);
  });

  it('lets nobody in whom neither memory nor the database can vouch for', async () => {
    const databaseUrl = await cloneDatabase();
    const proxy = await FaultProxy.before(databaseUrl);
    const near = await TestApp.start({ databaseUrl });
    const far = await TestApp.start({ databaseUrl: proxy.url, modules: [TestRoutesModule] });
    // A route that asks the database nothing.
    const enter = () => far.api.as(tokens.accessToken).get('/v1/test/owner');
    const tokens = await signIn(near.api);
    expect(await enter()).toMatchObject({ status: 200 });
    proxy.freeze();
    expect(await logOut(near, tokens)).toMatchObject({ status: 204 });
    await sleep(1_500);
    expect(await enter()).toMatchObject({ status: 503 });
    proxy.thaw();
    await eventually(async () => expect(await enter()).toMatchObject({ status: 401 }));
    await far.close();
  });

  it('happens also if the client does not wait for the answer', async () => {
    const test = await TestApp.start();
    for (const afterMs of [0, 1, 2, 3, 5]) {
      const tokens = await signIn(test.api);
      const socket = connect(Number(new URL(test.url).port), '127.0.0.1');
      const head = `POST /v1/auth/logout HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${tokens.accessToken}\r\n\r\n`;
      await new Promise<void>((resolve) => socket.write(head, () => resolve()));
      await sleep(afterMs);
      socket.destroy();
      await eventually(async () => expect(await me(test, tokens)).toMatchObject({ status: 401 }), 1_000);
    }
  });

  it('does not keep an instance from starting that cannot read which sessions have ended', async () => {
    const databaseUrl = await cloneDatabase();
    const test = await whileLocked(databaseUrl, 'sessions', () => TestApp.start({ databaseUrl }));
    expect(await me(test, await signIn(test.api))).toMatchObject({ status: 200 });
  });

  it('ends also the access tokens of a session whose refresh token was used twice', async () => {
    const test = await TestApp.start();
    const tokens = await signIn(test.api);
    const refresh = ({ refreshToken }: TokenPair) => test.api.post<TokenPair>('/v1/auth/refresh', { refreshToken });
    const { body: next } = await refresh(tokens);
    expect(await me(test, next)).toMatchObject({ status: 200 });
    await sleep(50);
    expect(await refresh(tokens)).toMatchObject({ status: 401, body: { code: 'REFRESH_REUSED' } });
    for (const one of [tokens, next]) {
      expect(await me(test, one)).toMatchObject({ status: 401, body: { code: 'SESSION_ENDED' } });
    }
  });
});
