import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { METRICS } from '../../../test/harness/process.js';
import type { TokenPair } from './auth.dto.js';

const PASSWORD = 'a long sentence is best';
let count = 0;

interface Row {
  readonly action: string;
  readonly organization_id: string | null;
  readonly actor_id: string | null;
  readonly target_type: string;
  readonly target_id: string | null;
  readonly request_id: string;
}

describe('the audit log of sign-ins', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({ env: METRICS.env });
  });

  const login = (api: ApiClient, email: string, password = PASSWORD) =>
    api.post<TokenPair>('/v1/auth/login', { email, password });

  async function registered(): Promise<{ email: string; userId: string; organizationId: string }> {
    const email = `person-${++count}@example.org`;
    const { body } = await test.api.post<{ id: string }>('/v1/auth/register', { email, password: PASSWORD, name: 'A' });
    const [row] = await sql<{ id: string }>(
      test.databaseUrl,
      'SELECT organization_id AS id FROM memberships WHERE user_id = $1',
      [body.id],
    );
    return { email, userId: body.id, organizationId: row?.id ?? '' };
  }

  const rowsOf = (requestId: string) =>
    sql<Row>(test.databaseUrl, 'SELECT * FROM audit_log WHERE request_id = $1', [requestId]);
  const marked = (requestId: string) => test.api.with({ 'x-request-id': requestId });

  it('[R-16] #1 has one row for a registration, a sign-in, a sign-out, a failure and a reuse', async () => {
    const { email, userId, organizationId } = await registered();
    const [born] = await sql<Row>(test.databaseUrl, `SELECT * FROM audit_log WHERE actor_id = $1`, [userId]);
    expect(born).toMatchObject({ action: 'account.registered', organization_id: organizationId, target_id: userId });
    expect(born?.request_id).toMatch(/^[0-9a-f-]{36}$/);

    const { body: tokens } = await login(marked('request-login'), email);
    const mine = { organization_id: organizationId, actor_id: userId, target_type: 'session' };
    expect(await rowsOf('request-login')).toEqual([expect.objectContaining({ ...mine, action: 'session.opened' })]);

    await marked('request-logout').as(tokens.accessToken).post('/v1/auth/logout');
    expect(await rowsOf('request-logout')).toEqual([expect.objectContaining({ ...mine, action: 'session.ended' })]);

    await login(marked('request-failure'), email, 'a wrong password, surely');
    expect(await rowsOf('request-failure')).toEqual([
      expect.objectContaining({
        action: 'sign-in.failed',
        organization_id: organizationId,
        actor_id: null,
        target_type: 'user',
        target_id: userId,
      }),
    ]);

    const { body: first } = await login(test.api, email);
    await test.api.post('/v1/auth/refresh', { refreshToken: first.refreshToken });
    await marked('request-reuse').post('/v1/auth/refresh', { refreshToken: first.refreshToken });
    expect(await rowsOf('request-reuse')).toEqual([
      expect.objectContaining({ ...mine, actor_id: null, action: 'refresh-token.reused' }),
    ]);
  });

  it('keeps a failure of somebody who does not exist, where no organization reads it', async () => {
    await login(marked('request-unknown'), 'nobody@example.org');
    expect(await rowsOf('request-unknown')).toEqual([
      expect.objectContaining({ action: 'sign-in.failed', organization_id: null, actor_id: null, target_id: null }),
    ]);
  });

  it('holds no address of a person and no password', async () => {
    const { email } = await registered();
    await login(test.api, email, 'a wrong password, surely');
    await login(test.api, email);
    const [dump] = await sql<{ text: string }>(
      test.databaseUrl,
      `SELECT string_agg(l::text, ' ') AS text FROM audit_log l`,
    );
    for (const secret of [email, 'example.org', 'password, surely']) expect(dump?.text).not.toContain(secret);
    expect(dump?.text).not.toMatch(/\b10(\.\d+){3}/);
  });

  it('[R-16] #3 tells of eleven failures in ten minutes as of one anomaly', async () => {
    const { email } = await registered();
    const anomalies = () => METRICS.value(test, 'security_anomaly_total', 'kind="login"');
    const before = await anomalies();
    const statuses: number[] = [];
    const here = test.api.with({ 'x-forwarded-for': '192.0.2.9' });
    for (let attempt = 0; attempt < 11; attempt++) {
      if (attempt < 10) expect(await anomalies()).toBe(before);
      statuses.push((await login(here, email, 'a wrong password, surely')).status);
    }
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
    expect(await anomalies()).toBe(before + 1);
  });

  it('tells of ten failures from one address, whatever the account, and whether or not it exists', async () => {
    const second = await TestApp.start({ databaseUrl: test.databaseUrl, env: METRICS.env });
    const anomalies = async () =>
      (await METRICS.value(test, 'security_anomaly_total')) + (await METRICS.value(second, 'security_anomaly_total'));
    const before = await anomalies();
    for (let attempt = 0; attempt < 10; attempt++) {
      const api = [test.api, second.api][attempt % 2]!.with({ 'x-forwarded-for': '192.0.2.10' });
      expect(await login(api, `guess-${attempt}@example.org`)).toMatchObject({ status: 401 });
    }
    expect(await anomalies()).toBe(before + 1);
  });
});
