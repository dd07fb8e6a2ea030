import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { statementsOf } from '../../../test/harness/statements.js';
import type { TokenPair } from './auth.dto.js';
import { type Person, register, signIn } from './auth.requests.js';

describe('what somebody may do', () => {
  let instances: readonly [TestApp, TestApp];
  beforeAll(async () => {
    const first = await TestApp.start();
    instances = [first, await TestApp.start({ databaseUrl: first.databaseUrl })];
  });

  const run = (statement: string, values: unknown[]) => sql(instances[0].databaseUrl, statement, values);
  const everywhere = async (tokens: TokenPair, path: string, expected: object) => {
    for (const { api } of instances) {
      await eventually(async () => expect(await api.as(tokens.accessToken).get(path)).toMatchObject(expected), 1_000);
    }
  };
  const somebody = async (): Promise<readonly [Person, TokenPair]> => {
    const person = await register(instances[0].api);
    return [person, await signIn(instances[0].api, person)];
  };

  it('changes with their role on every instance within a second, whatever their token says', async () => {
    const [{ id }, tokens] = await somebody();
    await everywhere(tokens, '/v1/audit-log', { status: 200 });
    await run(`UPDATE memberships SET role = 'viewer' WHERE user_id = $1`, [id]);
    await everywhere(tokens, '/v1/audit-log', { status: 403 });
    await everywhere(tokens, '/v1/users/me', { status: 200 });
    await run(`UPDATE memberships SET role = 'admin' WHERE user_id = $1`, [id]);
    await everywhere(tokens, '/v1/audit-log', { status: 200 });
  });

  it('changes when they become an administrator, and when they are one no more', async () => {
    const [{ id }, tokens] = await somebody();
    await everywhere(tokens, '/v1/admin/system', { status: 403 });
    await run('UPDATE users SET administrator = true WHERE id = $1', [id]);
    await everywhere(tokens, '/v1/admin/system', { status: 200 });
    await run('UPDATE users SET administrator = false WHERE id = $1', [id]);
    await everywhere(tokens, '/v1/admin/system', { status: 403 });
  });

  it('is nothing once they are suspended, or have left: who has left goes on in their own organization', async () => {
    const [{ id }, tokens] = await somebody();
    await run('UPDATE users SET suspended_at = now() WHERE id = $1', [id]);
    await everywhere(tokens, '/v1/users/me', { status: 401 });
    const { refreshToken } = tokens;
    expect(await instances[1].api.post('/v1/auth/refresh', { refreshToken })).toMatchObject({ status: 401 });
    await run('UPDATE users SET suspended_at = NULL WHERE id = $1', [id]);
    await everywhere(tokens, '/v1/users/me', { status: 200 });

    const organizationId = crypto.randomUUID();
    await run(`INSERT INTO organizations (id, name) VALUES ($1, 'Elsewhere')`, [organizationId]);
    await run(`INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, 'viewer')`, [
      organizationId,
      id,
    ]);
    await run('DELETE FROM memberships WHERE user_id = $1 AND organization_id <> $2', [id, organizationId]);
    await everywhere(tokens, '/v1/users/me', { status: 401, body: { code: 'TOKEN_EXPIRED' } });
    const { body } = await instances[1].api.post<TokenPair & Record<string, unknown>>('/v1/auth/refresh', {
      refreshToken,
    });
    await everywhere(body, '/v1/users/me', { status: 200 });
    await everywhere(body, '/v1/audit-log', { status: 403 });
  });

  it('is found by looking when nobody is told', async () => {
    const [{ id }, tokens] = await somebody();
    await run(
      `SET session_replication_role = replica; UPDATE memberships SET role = 'viewer' WHERE user_id = '${id}';
      UPDATE users SET access_version = access_version + 1, access_changed_at = now() WHERE id = '${id}'`,
      [],
    );
    await everywhere(tokens, '/v1/audit-log', { status: 403 });
  });

  it('costs one statement after each change, and none else', async () => {
    const [{ id }, tokens] = await somebody();
    const [{ api }] = instances;
    const me = () => api.as(tokens.accessToken).get('/v1/users/me');
    const standings = async () =>
      (await statementsOf(instances[0], async () => void (await me()))).filter(({ text }) =>
        text.includes('memberships'),
      );
    expect(await standings()).toEqual([]);
    await run(`UPDATE memberships SET role = 'admin' WHERE user_id = $1`, [id]);
    await everywhere(tokens, '/v1/admin/system', { status: 403 });
    await me();
    expect(await standings()).toEqual([]);
  });
});
