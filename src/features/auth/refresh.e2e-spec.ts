import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import type { TokenPair } from './auth.dto.js';

const PASSWORD = 'a long sentence is best';
let count = 0;

describe('a refresh token', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start();
  });

  const signIn = async () => {
    const credentials = { email: `person-${++count}@example.org`, password: PASSWORD };
    expect(await test.api.post('/v1/auth/register', { ...credentials, name: 'Ada' })).toMatchObject({ status: 201 });
    return (await test.api.post<TokenPair>('/v1/auth/login', credentials)).body;
  };
  const refresh = (refreshToken: string) => test.api.post<TokenPair>('/v1/auth/refresh', { refreshToken });

  it('[R-36] #1 gives one new pair; used again it ends the session', async () => {
    const first = await signIn();
    const second = await refresh(first.refreshToken);
    expect(second.status).toBe(200);
    expect(second.body.refreshToken).not.toBe(first.refreshToken);
    expect(await refresh(first.refreshToken)).toMatchObject({ status: 401, body: { code: 'REFRESH_REUSED' } });
    expect(await refresh(second.body.refreshToken)).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID' } });
  });

  it('[R-36] #1 gives one new pair to eight that ask at once; the twins learn of it and end nothing', async () => {
    const { refreshToken } = await signIn();
    // Open connections, so that the eight are really sent before the first is answered.
    await Promise.all(Array.from({ length: 8 }, () => test.api.get('/health/live')));
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(refreshToken)));
    const winners = answers.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(7);
    expect(await refresh(winners[0]?.body.refreshToken ?? '')).toMatchObject({ status: 200 });
  });

  it('[R-36] #1 gives one new pair also when its twins come to another instance, and ends nothing', async () => {
    const second = await TestApp.start({ databaseUrl: test.databaseUrl });
    const instances = [test, second, test, second];
    for (let round = 0; round < 20; round++) {
      const { refreshToken } = await signIn();
      // Open connections to both, so that the twins are really sent before the first is answered.
      await Promise.all(instances.map(({ api }) => api.get('/health/live')));
      const answers = await Promise.all(
        instances.map(({ api }) => api.post<TokenPair>('/v1/auth/refresh', { refreshToken })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
      const next = answers.find(({ status }) => status === 200)?.body.refreshToken ?? '';
      expect(await second.api.post('/v1/auth/refresh', { refreshToken: next })).toMatchObject({ status: 200 });
    }
  });

  it('tells in the next token whether somebody has become an administrator', async () => {
    const { refreshToken } = await signIn();
    await sql(test.databaseUrl, 'UPDATE users SET administrator = true WHERE email = $1', [
      `person-${count}@example.org`,
    ]);
    const { body } = await refresh(refreshToken);
    const claims = Buffer.from(body.accessToken.split('.')[1] ?? '', 'base64url').toString();
    expect(JSON.parse(claims)).toMatchObject({ adm: true });
  });

  it('is stored as a hash only, and is nothing if it was made up', async () => {
    const { refreshToken } = await signIn();
    const [{ tokens } = { tokens: '' }] = await sql<{ tokens: string }>(
      test.databaseUrl,
      `SELECT string_agg(to_jsonb(t)::text, '') AS tokens FROM refresh_tokens t`,
    );
    expect(tokens).not.toContain(refreshToken);
    expect(tokens).not.toContain(Buffer.from(refreshToken).toString('hex'));
    expect(await refresh('made-up')).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID' } });
  });
});
