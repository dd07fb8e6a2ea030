import { ApiClient } from '../../../test/harness/api-client.js';
import { cloneDatabase } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';
import { SmtpServer } from '../../../test/harness/smtp.js';
import { tokenIn } from '../../../test/harness/token-in.js';
import type { TokenPair } from './auth.dto.js';

const EMAIL = 'canary@example.org';
const PASSWORD = 'canary-password-1234';
const NEXT_PASSWORD = 'canary-password-5678';

describe('what an account is opened with', () => {
  it('[R-15] #1 leaves no trace in the log, however it is used', async () => {
    const smtp = await SmtpServer.start();
    const settings = { NODE_ENV: 'development', LOG_LEVEL: 'debug', DATABASE_URL: await cloneDatabase() };
    const app = await AppProcess.serve({ ...PRODUCTION, ...smtp.env, ...settings });
    const api = new ApiClient(app.url);
    const mailed = async (count: number) => {
      const tokens = () => smtp.mails.map(({ text }) => tokenIn(text)).filter((token) => token !== '');
      await eventually(() => Promise.resolve(expect(tokens()).toHaveLength(count)));
      return tokens().at(-1)!;
    };
    const credentials = { email: EMAIL, password: PASSWORD };
    const signIn = async (password: string) => {
      const { status, body } = await api.post('/v1/auth/login', { email: EMAIL, password });
      expect(status).toBe(200);
      return body as unknown as TokenPair;
    };

    expect(await api.post('/v1/auth/register', { ...credentials, name: 'Canary' })).toMatchObject({ status: 201 });
    expect(await api.post('/v1/auth/register', { ...credentials, name: 'Canary' })).toMatchObject({ status: 409 });
    const verification = await mailed(1);
    expect(await api.post('/v1/auth/email/verify', { token: verification })).toMatchObject({ status: 200 });
    const { accessToken, refreshToken } = await signIn(PASSWORD);
    const me = api.as(accessToken);
    expect(await me.get('/v1/users/me')).toMatchObject({ status: 200 });
    const made = await me.post<{ key: string }>('/v1/api-keys', { name: 'Canary', scopes: ['users:read'] });
    const { key } = made.body;
    expect(await api.with({ 'x-api-key': key }).get('/v1/users/me')).toMatchObject({ status: 200 });
    expect(await api.with({ 'x-api-key': `${key}x` }).get('/v1/users/me')).toMatchObject({ status: 401 });
    const refreshed = await api.post<{ refreshToken: string }>('/v1/auth/refresh', { refreshToken });
    expect(refreshed.status).toBe(200);
    expect(await api.post('/v1/auth/password/forgot', { email: EMAIL })).toMatchObject({ status: 202 });
    const reset = await mailed(2);
    const choice = { token: reset, password: NEXT_PASSWORD };
    expect(await api.post('/v1/auth/password/reset', choice)).toMatchObject({ status: 200 });
    const refused = await api.post('/v1/auth/login', { ...credentials, password: `${PASSWORD}x` });
    expect(refused.status).toBe(401);
    const last = await signIn(NEXT_PASSWORD);

    const secrets = [EMAIL, PASSWORD, NEXT_PASSWORD, verification, reset, key];
    secrets.push(accessToken, refreshToken, refreshed.body.refreshToken, last.accessToken, last.refreshToken);
    await app.until(() => app.log.filter(({ msg }) => msg === 'request').length >= 13);
    await app.stop();
    const log = app.stdout + app.stderr;
    expect(secrets.filter((secret) => !secret || log.includes(secret))).toEqual([]);
  });
});
