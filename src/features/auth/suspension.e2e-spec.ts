import { randomUUID } from 'node:crypto';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { connect, ended } from '../../../test/harness/sockets.js';
import type { TokenPair } from './auth.dto.js';
import { type Person, register, signIn } from './auth.requests.js';
import { Revocations } from './revocations.js';

describe('somebody who is suspended', () => {
  let instances: readonly [TestApp, TestApp];
  let administrator: ApiClient;
  beforeAll(async () => {
    const first = await TestApp.start();
    instances = [first, await TestApp.start({ databaseUrl: first.databaseUrl })];
    administrator = (await first.administrator()).api;
  });

  const somebody = async (): Promise<readonly [Person, TokenPair]> => {
    const person = await register(instances[0].api);
    return [person, await signIn(instances[0].api, person)];
  };
  const suspend = ({ id }: Person) => administrator.post(`/v1/admin/users/${id}/suspend`);
  const reinstate = ({ id }: Person) => administrator.post(`/v1/admin/users/${id}/reinstate`);
  const everywhere = async ({ accessToken }: TokenPair, status: number) => {
    for (const { api } of instances) {
      await eventually(async () => expect((await api.as(accessToken).get('/v1/users/me')).status).toBe(status), 1_000);
    }
  };

  it('is kept out within a second, on every instance, with whatever they come', async () => {
    const [person, tokens] = await somebody();
    const { databaseUrl } = instances[0];
    const auth = { auth: { token: tokens.accessToken } };
    const sockets = await Promise.all(instances.map(({ url }) => connect(url, '/events', auth)));
    const over = sockets.map(ended);
    const [key] = await sql<{ id: string; organizationId: string }>(
      databaseUrl,
      `INSERT INTO api_keys (id, organization_id, user_id, name, prefix, hash, scopes)
       SELECT $1, organization_id, user_id, 'a key', 'app_live', sha256('key'), '{}' FROM memberships WHERE user_id = $2
       RETURNING id, organization_id AS "organizationId"`,
      [randomUUID(), person.id],
    );
    const actor = { userId: person.id, role: 'owner', administrator: false, emailVerified: false, scopes: [] } as const;
    const keyIsLive = ({ app }: TestApp) =>
      app.get(Revocations).current({ ...actor, sessionId: key!.id, organizationId: key!.organizationId }, 1);
    for (const test of instances) expect(await keyIsLive(test)).toMatchObject({ userId: person.id });

    expect(await suspend(person)).toMatchObject({ status: 200, body: { suspendedAt: expect.any(String) as string } });
    const suspendedAt = performance.now();
    await everywhere(tokens, 401);
    expect(await Promise.all(over)).toEqual(['io server disconnect', 'io server disconnect']);
    expect(performance.now() - suspendedAt).toBeLessThan(1_500);
    for (const test of instances) {
      await expect(keyIsLive(test)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
      const { refreshToken } = tokens;
      expect(await test.api.post('/v1/auth/refresh', { refreshToken })).toMatchObject({ status: 401 });
    }
    expect(await reinstate(person)).toMatchObject({ status: 200, body: { suspendedAt: null } });
    await everywhere(tokens, 200);
  });

  it('is told so when they sign in, and nobody else is', async () => {
    const [{ email, password, id }] = await somebody();
    await administrator.post(`/v1/admin/users/${id}/suspend`);
    const login = (body: object) => instances[1].api.post('/v1/auth/login', body);
    expect(await login({ email, password })).toMatchObject({ status: 403, body: { code: 'ACCOUNT_SUSPENDED' } });
    const wrong = await login({ email, password: 'another long sentence' });
    const unknown = await login({ email: `${randomUUID()}@example.org`, password });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'INVALID_CREDENTIALS' } });
    const ofRequest = { requestId: '', timestamp: '' };
    expect({ ...wrong.body, ...ofRequest }).toEqual({ ...unknown.body, ...ofRequest });
  });
});
