import { randomUUID } from 'node:crypto';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { Transactions } from '../database/transactions.js';
import { Erasure } from '../privacy/erasure.service.js';
import type { AdminUserPage, AdminUserView } from './admin-user.dto.js';

type Body<T> = T & Record<string, unknown>;

describe('administrators', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start();
  });

  const emailOf = async (id: string) =>
    (await sql<{ email: string }>(test.databaseUrl, 'SELECT email FROM users WHERE id = $1', [id]))[0]!.email;

  it('find people by how their address begins, whatever stands in it', async () => {
    const [{ api }, { actor }] = [await test.administrator(), await test.actor()];
    const email = await emailOf(actor.userId);
    const find = async (text: string) => {
      const { body } = await api.get<Body<AdminUserPage>>(`/v1/admin/users?email=${encodeURIComponent(text)}`);
      return body.data.map(({ id }) => id);
    };
    expect(await find(email.slice(0, 12).toUpperCase())).toEqual([actor.userId]);
    expect(await find(email)).toEqual([actor.userId]);
    for (const none of ['%', '_', "'", email.slice(1)]) expect(await find(none)).toEqual([]);
    const read = await api.get<Body<AdminUserView>>(`/v1/admin/users/${actor.userId}`);
    expect(read).toMatchObject({ status: 200, body: { email, administrator: false, suspendedAt: null } });
    expect(await api.get(`/v1/admin/users/${randomUUID()}`)).toMatchObject({ status: 404 });
  });

  it('suspend others, once, and not themselves', async () => {
    const [{ api, actor: own }, { actor }] = [await test.administrator(), await test.actor()];
    const suspend = (id: string) => api.post<Body<AdminUserView>>(`/v1/admin/users/${id}/suspend`);
    const { body: first } = await suspend(actor.userId);
    expect(await suspend(actor.userId)).toMatchObject({ status: 200, body: { suspendedAt: first.suspendedAt } });
    expect(await suspend(own.userId)).toMatchObject({ status: 409, body: { code: 'OWN_SUSPENSION' } });
    expect(await suspend(own.userId.toUpperCase())).toMatchObject({ status: 409 });
    expect(await suspend(randomUUID())).toMatchObject({ status: 404 });
  });

  it('see who was erased, and can neither suspend nor reinstate them', async () => {
    const [{ api }, { actor }] = [await test.administrator(), await test.actor()];
    await test.app.get(Transactions).run((tx) => test.app.get(Erasure).erase(tx, actor));
    expect(await api.get(`/v1/admin/users/${actor.userId}`)).toMatchObject({
      status: 200,
      body: { name: 'Deleted user', erasedAt: expect.any(String) as string },
    });
    for (const act of ['suspend', 'reinstate']) {
      expect(await api.post(`/v1/admin/users/${actor.userId}/${act}`)).toMatchObject({ status: 404 });
    }
  });

  it('[R-16] #1 leave one entry in the audit log for each act, with the request, whom it concerned and the organization', async () => {
    const [{ api, actor: own }, { actor }] = [await test.administrator(), await test.actor()];
    for (const act of ['suspend', 'reinstate']) {
      const requestId = `${act}-${randomUUID()}`;
      await api.with({ 'x-request-id': requestId }).post(`/v1/admin/users/${actor.userId}/${act}`);
      const entries = await sql(test.databaseUrl, 'SELECT * FROM audit_log WHERE request_id = $1', [requestId]);
      expect(entries).toEqual([
        expect.objectContaining({
          actor_id: own.userId,
          organization_id: own.organizationId,
          action: 'administration.called',
          target_type: `POST /v1/admin/users/:id/${act}`,
          target_id: actor.userId,
        }),
      ]);
    }
  });

  it('read the audit log of all organizations, and of none', async () => {
    const [{ api }, { actor }] = [await test.administrator(), await test.actor()];
    await sql(test.databaseUrl, `INSERT INTO audit_log (id, action) VALUES (gen_random_uuid(), 'test.of-nobody')`);
    await sql(
      test.databaseUrl,
      `INSERT INTO audit_log (id, action, actor_id, organization_id) VALUES (gen_random_uuid(), 'test.done', $1, $2)`,
      [actor.userId, actor.organizationId],
    );
    const read = async (query: string) =>
      (await api.get<Body<AdminUserPage>>(`/v1/admin/audit-log?${query}`)).body.data;
    expect(await read('action=test.of-nobody')).toMatchObject([{ organizationId: null, actorId: null }]);
    expect(await read(`actorId=${actor.userId}`)).toMatchObject([{ organizationId: actor.organizationId }]);
    expect(await read('limit=1')).toMatchObject([{ action: 'administration.called' }]);
  });
});
