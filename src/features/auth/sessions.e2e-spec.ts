import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import type { NotificationPage } from '../../core/notifications/notification.dto.js';
import { register, signIn } from './auth.requests.js';
import type { TokenPair } from './auth.dto.js';
import type { SessionPage } from './session.dto.js';

type Body<T> = T & Record<string, unknown>;

describe('the sessions of somebody', () => {
  let first: TestApp;
  let second: TestApp;
  beforeAll(async () => {
    first = await TestApp.start();
    second = await TestApp.start({ databaseUrl: first.databaseUrl });
  });

  const as = (test: TestApp, { accessToken }: TokenPair) => test.api.as(accessToken);
  const list = async (api: ApiClient) => (await api.get<Body<SessionPage>>('/v1/auth/sessions')).body.data;
  const status = async (api: ApiClient) => (await api.get('/v1/users/me')).status;

  it('[R-37] are listed with what they were opened with, and one that is ended is refused everywhere at once', async () => {
    const person = await register(first.api);
    const [phone, desk] = [await signIn(first.api, person, 'Phone/1'), await signIn(first.api, person, 'Desk/2')];
    const sessions = await list(as(first, desk));
    expect(sessions).toMatchObject([
      { userAgent: 'Desk/2', current: true },
      { userAgent: 'Phone/1', current: false },
    ]);
    expect(sessions[0]?.address).toMatch(/^[\d.]+$/);
    expect((await as(first, desk).send('DELETE', `/v1/auth/sessions/${sessions[1]?.id}`)).status).toBe(204);
    for (const test of [first, second]) {
      await eventually(async () => expect(await status(as(test, phone))).toBe(401), 1_000);
      expect(await status(as(test, desk))).toBe(200);
    }
    const { refreshToken } = phone;
    expect(await second.api.post('/v1/auth/refresh', { refreshToken })).toMatchObject({ status: 401 });
    expect(await list(as(second, desk))).toHaveLength(1);
  });

  it('[R-37] can all be ended but the one that asks', async () => {
    const person = await register(first.api);
    const [phone, tablet, desk] = await Promise.all([0, 1, 2].map(() => signIn(first.api, person)));
    expect((await as(first, desk!).send('DELETE', '/v1/auth/sessions')).status).toBe(204);
    for (const test of [first, second]) {
      await eventually(async () => expect(await status(as(test, phone!))).toBe(401), 1_000);
      await eventually(async () => expect(await status(as(test, tablet!))).toBe(401), 1_000);
      expect(await status(as(test, desk!))).toBe(200);
    }
    expect(await list(as(first, desk!))).toMatchObject([{ current: true }]);
  });

  it('[R-37] are ten at most: the oldest makes room, also when many sign in at once', async () => {
    const person = await register(first.api);
    const oldest = await signIn(first.api, person);
    const others = await Promise.all(Array.from({ length: 9 }, () => signIn(first.api, person)));
    expect(await status(as(first, oldest))).toBe(200);
    await sql(first.databaseUrl, 'DELETE FROM rate_limits');
    const newest = await signIn(second.api, person);
    for (const test of [first, second]) {
      await eventually(async () => expect(await status(as(test, oldest))).toBe(401), 1_000);
      for (const tokens of [...others, newest]) expect(await status(as(test, tokens))).toBe(200);
    }
    expect(await list(as(first, newest))).toHaveLength(10);
  });

  it('[R-37] are told of when they begin with something new, and only then', async () => {
    const person = await register(first.api);
    await signIn(first.api, person, 'Phone/1');
    await signIn(first.api, person, 'Phone/1');
    const told = async (tokens: TokenPair) =>
      (await as(first, tokens).get<Body<NotificationPage>>('/v1/notifications')).body;
    expect((await told(await signIn(first.api, person, 'Phone/1'))).data).toEqual([]);
    const desk = await signIn(first.api, person, 'Desk/2');
    await eventually(async () =>
      expect((await told(desk)).data).toMatchObject([
        { kind: 'session.new-device', text: expect.stringContaining('Desk/2') as string },
      ]),
    );
    const rows = await sql(
      first.databaseUrl,
      `SELECT 1 FROM audit_log WHERE actor_id = $1 AND action = 'session.opened-on-new-device'`,
      [person.id],
    );
    expect(rows).toHaveLength(1);
  });

  it('are nobody else’s to see or to end', async () => {
    const [mine, theirs] = [
      await signIn(first.api, await register(first.api)),
      await signIn(first.api, await register(first.api)),
    ];
    const [session] = await list(as(first, mine));
    expect((await as(first, theirs).send('DELETE', `/v1/auth/sessions/${session?.id}`)).status).toBe(404);
    expect(await status(as(first, mine))).toBe(200);
  });
});
