import type { Socket } from 'socket.io-client';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { METRICS } from '../../../test/harness/process.js';
import { connect, ended, heardBy, type Refused } from '../../../test/harness/sockets.js';
import type { TokenPair } from './auth.dto.js';
import { AccessTokens } from './access-tokens.js';
import { authConfig } from './auth.config.js';

const PASSWORD = 'a long sentence is best';
let count = 0;

async function signIn(api: ApiClient): Promise<TokenPair> {
  const email = `person-${++count}@example.org`;
  await api.post('/v1/auth/register', { email, password: PASSWORD, name: 'Ada' });
  return (await api.post<TokenPair>('/v1/auth/login', { email, password: PASSWORD })).body;
}

const withToken = ({ url }: TestApp, token: string): Promise<Socket> => connect(url, '/events', { auth: { token } });
const withHeader = ({ url }: TestApp, token: string): Promise<Socket> =>
  connect(url, '/events', { extraHeaders: { authorization: `Bearer ${token}` } });

describe('the sockets of a session', () => {
  let first: TestApp;
  let second: TestApp;
  beforeAll(async () => {
    first = await TestApp.start({ env: METRICS.env });
    second = await TestApp.start({ env: METRICS.env, databaseUrl: first.databaseUrl });
  });

  it('open with its access token, and with no other', async () => {
    const { accessToken } = await signIn(first.api);
    for (const open of [withToken, withHeader]) {
      expect(await open(first, accessToken)).toMatchObject({ connected: true });
      for (const forged of [`${accessToken.slice(0, -2)}AA`, 'a.b.c']) {
        const refused = open(first, forged).catch((thrown: unknown) => thrown as Refused);
        expect(await refused).toMatchObject({ problem: { status: 401, code: 'TOKEN_INVALID' } });
      }
    }
  });

  it('[R-66] #2 end within a second of its end, on every instance, and no others do', async () => {
    const [{ accessToken }, other] = [await signIn(first.api), await signIn(first.api)];
    const sockets = [await withToken(first, accessToken), await withHeader(second, accessToken)];
    const [heard, over] = [sockets.map(heardBy), sockets.map(ended)];
    const others = [await withToken(first, other.accessToken), await withToken(second, other.accessToken)];
    expect(await first.api.as(accessToken).post('/v1/auth/logout')).toMatchObject({ status: 204 });
    const loggedOutAt = performance.now();
    expect(await Promise.all(over)).toEqual(['io server disconnect', 'io server disconnect']);
    expect(performance.now() - loggedOutAt).toBeLessThan(1_000);
    for (const told of heard) expect(told).toEqual([['exception', expect.objectContaining({ code: 'SESSION_ENDED' })]]);
    const again = withToken(second, accessToken).catch((thrown: unknown) => thrown as Refused);
    expect(await again).toMatchObject({ problem: { code: 'SESSION_ENDED' } });
    expect(others.map(({ connected }) => connected)).toEqual([true, true]);
  });

  it('end also when the notification is lost, and when its refresh token is used twice', async () => {
    const lost = await withToken(second, (await signIn(first.api)).accessToken);
    const over = ended(lost);
    await sql(first.databaseUrl, 'UPDATE sessions SET revoked_at = now() WHERE revoked_at IS NULL');
    expect(await over).toBe('io server disconnect');
    const tokens = await signIn(first.api);
    const stolen = ended(await withToken(second, tokens.accessToken));
    const refresh = () => first.api.post('/v1/auth/refresh', { refreshToken: tokens.refreshToken });
    await refresh();
    await eventually(async () => expect(await refresh()).toMatchObject({ status: 401 }));
    expect(await stolen).toBe('io server disconnect');
  });

  it('end when their token expires', async () => {
    const { actor } = await first.actor();
    const config = first.app.get<{ accessTtlSeconds: number }>(authConfig.KEY, { strict: false });
    const usual = config.accessTtlSeconds;
    Object.assign(config, { accessTtlSeconds: 2 });
    const token = await first.app
      .get(AccessTokens, { strict: false })
      .issue({ ...actor, accessVersion: 1 }, actor.sessionId);
    Object.assign(config, { accessTtlSeconds: usual });
    await sql(
      first.databaseUrl,
      `INSERT INTO sessions (id, user_id, organization_id, expires_at) VALUES ($1, $2, $3, now() + interval '1 day')`,
      [actor.sessionId, actor.userId, actor.organizationId],
    );
    const socket = await withToken(first, token);
    const [heard, over] = [heardBy(socket), ended(socket)];
    expect(await over).toBe('io server disconnect');
    expect(heard).toEqual([['exception', expect.objectContaining({ code: 'TOKEN_EXPIRED' })]]);
    const late = withToken(first, token).catch((thrown: unknown) => thrown as Refused);
    expect(await late).toMatchObject({ problem: { code: 'TOKEN_EXPIRED' } });
  });

  it('do not stay if the session ends while they are let in', async () => {
    for (let round = 0; round < 10; round++) {
      const { accessToken } = await signIn(first.api);
      const coming = Array.from({ length: 3 }, () => withToken(second, accessToken).catch(() => undefined));
      await first.api.as(accessToken).post('/v1/auth/logout');
      const sockets = (await Promise.all(coming)).filter((socket) => socket !== undefined);
      await eventually(() => Promise.resolve(expect(sockets.some(({ connected }) => connected)).toBe(false)), 2_000);
    }
  });
});
