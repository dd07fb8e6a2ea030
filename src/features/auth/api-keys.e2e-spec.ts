import { randomUUID } from 'node:crypto';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { ScopedModule } from '../../../test/harness/scoped.controller.js';
import type { Actor } from '../../core/access/actor.js';
import { KnownScopes } from '../../core/access/known-scopes.js';
import { Retention } from '../../core/retention/retention.js';
import type { ApiKeyPage, CreateApiKey, NewApiKey } from './api-key.dto.js';
import { isApiKey } from './api-key-text.js';

type Body<T> = T & Record<string, unknown>;

const PATH = '/v1/api-keys';
const IN_A_DAY = new Date(Date.now() + 86_400_000).toISOString();

describe('the API keys of somebody', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [ScopedModule] });
  });

  const create = async (api: ApiClient, request: Partial<CreateApiKey> = {}) =>
    api.post<Body<NewApiKey>>(PATH, { name: 'Export', scopes: ['scoped:read'], ...request });
  const made = async (api: ApiClient, request?: Partial<CreateApiKey>) => (await create(api, request)).body;
  const list = async (api: ApiClient) => (await api.get<Body<ApiKeyPage>>(PATH)).body.data;
  const rotate = (api: ApiClient, id: string, body: object = {}) =>
    api.post<Body<NewApiKey>>(`${PATH}/${id}/rotate`, body);
  const revoke = (api: ApiClient, id: string) => api.send('DELETE', `${PATH}/${id}`);
  const using = ({ key }: { key: string }) => test.api.with({ 'x-api-key': key });
  const status = async (key: { key: string }) => (await using(key).get('/v1/scoped')).status;
  const joining = async ({ organizationId }: Actor, role: string) => {
    const { actor } = await test.actor();
    const values = [organizationId, actor.userId, role];
    await sql(test.databaseUrl, 'INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, $3)', values);
    const joined = { ...actor, organizationId, role };
    return { actor: joined, api: test.api.with({ 'x-test-actor': JSON.stringify(joined) }) };
  };
  const actions = (actor: Actor) =>
    sql<{ action: string; target_id: string }>(
      test.databaseUrl,
      `SELECT action, target_id FROM audit_log
        WHERE actor_id = $1 AND action LIKE 'api-key.%' AND request_id IS NOT NULL ORDER BY id`,
      [actor.userId],
    );

  it('[R-46] #1 show their secret once: it is in no list, and in no table of the database', async () => {
    const { api, actor } = await test.actor('member');
    const headers = { 'idempotency-key': randomUUID() };
    const { status, body } = await create(api.with(headers), { expiresAt: IN_A_DAY });
    expect(status).toBe(201);
    const { key, ...view } = body;
    expect(isApiKey(key)).toBe(true);
    expect(view).toMatchObject({ name: 'Export', scopes: ['scoped:read'], expiresAt: IN_A_DAY, lastUsedAt: null });
    expect(view).toMatchObject({ userId: actor.userId, prefix: key.slice(0, 17), replacedAt: null });
    expect(key).toMatch(/^app_test_/);
    const answer = await using(body).get('/v1/scoped');
    expect(answer).toMatchObject({ status: 200 });
    expect(await list(api)).toEqual([view]);
    const rotated = await rotate(api.with(headers), view.id);
    expect(rotated.status).toBe(201);
    const secrets = [key, rotated.body.key].map((one) => one.slice(18));
    const dump = await everything();
    expect(dump).toContain(view.id);
    for (const secret of secrets) {
      expect(dump).not.toContain(secret);
      expect(dump).not.toContain(Buffer.from(secret).toString('hex'));
      expect(JSON.stringify(await list(api))).not.toContain(secret);
    }
  });

  it('[R-46] #2 do nothing that their scopes do not name', async () => {
    const { api } = await test.actor('owner');
    const reading = await made(api, { scopes: ['scoped:read'] });
    const refused = await using(reading).post('/v1/scoped', { text: 'A1' });
    expect(refused).toMatchObject({
      status: 403,
      body: { code: 'INSUFFICIENT_SCOPE', details: { scope: 'scoped:write' } },
    });
    expect(await using(reading).get('/v1/users/me')).toMatchObject({ status: 403 });
    const writing = await made(api, { scopes: ['scoped:write', 'scoped:write'] });
    expect(writing.scopes).toEqual(['scoped:write']);
    expect(await using(writing).post('/v1/scoped', { text: 'A1' })).toMatchObject({ status: 200 });
    expect(await using(writing).get('/v1/scoped')).toMatchObject({ status: 403 });
  });

  it('do nothing that the role of their owner does not allow, or that takes somebody who has signed in', async () => {
    const { api } = await test.actor('member');
    const { api: administrator } = await test.administrator();
    const auditing = await made(api, { scopes: ['audit-log:read'] });
    expect(await using(auditing).get('/v1/audit-log')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    const scopes = [...test.app.get(KnownScopes).all()];
    const all = await made(administrator, { scopes });
    for (const path of [PATH, '/v1/auth/sessions']) {
      expect(await using(all).get(path)).toMatchObject({ status: 403, body: { code: 'SESSION_REQUIRED' } });
    }
    expect(await using(all).post('/v1/auth/logout')).toMatchObject({ status: 403 });
    expect(await using(all).get('/v1/admin/system')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  });

  it('have scopes that there are: those that the document names', async () => {
    const { api } = await test.actor();
    const named = test.contract.operations().flatMap(({ operation }) => operation['x-scope' as never] ?? []);
    expect(test.app.get(KnownScopes).all()).toEqual([...new Set<string>(named)].sort());
    const answer = await create(api, { scopes: ['scoped:read', 'scoped:delete', '*'] });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'UNKNOWN_SCOPE', details: { unknown: ['scoped:delete', '*'] } },
    });
    expect((answer.body.details as { known: string[] }).known).toContain('scoped:write');
    expect(await create(api, { scopes: [] })).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  });

  it('end in the future, if they end', async () => {
    const { api } = await test.actor();
    for (const expiresAt of [
      new Date(Date.now() - 1).toISOString(),
      'tomorrow',
      '2031-02-30T00:00:00Z',
      '2031-01-01',
      '2031-06-30T23:59:60Z',
    ]) {
      const refused = await create(api, { expiresAt });
      expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: '#/expiresAt' }] } });
    }
    expect(await list(api)).toEqual([]);
  });

  it('are made by members who have verified their address, and seen and revoked by viewers too', async () => {
    const { actor, api } = await test.actor('member');
    const { id } = await made(api);
    const as = (change: Partial<Actor>) => test.api.with({ 'x-test-actor': JSON.stringify({ ...actor, ...change }) });
    await sql(test.databaseUrl, 'UPDATE users SET email_verified_at = NULL WHERE id = $1', [actor.userId]);
    for (const attempt of [create, (one: ApiClient) => rotate(one, id)]) {
      const unverified = await attempt(as({ emailVerified: false }));
      expect(unverified).toMatchObject({ status: 403, body: { code: 'EMAIL_NOT_VERIFIED' } });
      expect(await attempt(as({ role: 'viewer' }))).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    }
    expect(await list(as({ role: 'viewer' }))).toMatchObject([{ id }]);
    expect((await revoke(as({ role: 'viewer' }), id)).status).toBe(204);
    expect(await list(as({ role: 'viewer' }))).toEqual([]);
  });

  it('are seen and revoked by admins of the organization, but rotated by nobody else, and not known elsewhere', async () => {
    const { actor, api } = await test.actor('owner');
    const [admin, member, stranger] = [
      await joining(actor, 'admin'),
      await joining(actor, 'member'),
      await test.actor('owner'),
    ];
    const [ofOwner, ofMember] = [await made(api), await made(member.api)];
    const ids = async (of: ApiClient) => (await list(of)).map(({ id }) => id);
    expect(await ids(admin.api)).toEqual([ofMember.id, ofOwner.id]);
    expect(await ids(member.api)).toEqual([ofMember.id]);
    expect(await ids(stranger.api)).toEqual([]);
    for (const { api: other } of [admin, stranger]) expect((await rotate(other, ofMember.id)).status).toBe(404);
    for (const other of [member, stranger]) expect((await revoke(other.api, ofOwner.id)).status).toBe(404);
    expect([await status(ofOwner), await status(ofMember)]).toEqual([200, 200]);
    expect((await revoke(admin.api, ofMember.id)).status).toBe(204);
    expect([await status(ofOwner), await status(ofMember)]).toEqual([200, 401]);
    expect((await revoke(admin.api, ofMember.id)).status).toBe(404);
  });

  it('are 50 at most in one organization, also when many are made at once', async () => {
    const { actor, api } = await test.actor();
    await sql(
      test.databaseUrl,
      `INSERT INTO api_keys (id, organization_id, user_id, name, prefix, hash, scopes, revoked_at, expires_at)
       SELECT gen_random_uuid(), $1, $2, 'Key', 'app_test', sha256(gen_random_uuid()::text::bytea), '{}',
              CASE WHEN n > 54 THEN now() END, CASE WHEN n > 48 THEN now() END FROM generate_series(1, 60) n`,
      [actor.organizationId, actor.userId],
    );
    const answers = await Promise.all(Array.from({ length: 10 }, () => create(api)));
    const refused = answers.filter(({ body }) => body.code === 'TOO_MANY_API_KEYS');
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2);
    expect(refused.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 409));
    expect((await rotate(api, answers.find(({ status }) => status === 201)!.body.id)).status).toBe(201);
  });

  it('are made 20 times in ten minutes at most from one address', async () => {
    const api = (await test.actor()).api.with({ 'x-forwarded-for': '192.0.2.77' });
    const answers = await Promise.all(Array.from({ length: 22 }, () => create(api)));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(2);
  });

  it('are rotated: the new one works at once, the old one goes on for a while, and not longer than it would have', async () => {
    const { api } = await test.actor();
    const old = await made(api, { expiresAt: IN_A_DAY });
    const { body: next } = await rotate(api, old.id, { overlapMinutes: 60 });
    expect(next).toMatchObject({ name: old.name, scopes: old.scopes, expiresAt: IN_A_DAY, replacedAt: null });
    expect([await status(old), await status(next)]).toEqual([200, 200]);
    const [, replaced] = await list(api);
    expect(replaced).toMatchObject({ id: old.id, replacedAt: expect.any(String) as string });
    const left = Date.parse(replaced?.expiresAt ?? '') - Date.now();
    expect(left).toBeGreaterThan(59 * 60_000 - 30_000);
    expect(left).toBeLessThanOrEqual(60 * 60_000);
    expect(await rotate(api, old.id)).toMatchObject({ status: 409, body: { code: 'API_KEY_REPLACED' } });
    const { body: last } = await rotate(api, next.id, { overlapMinutes: 10_080 });
    expect(last.expiresAt).toBe(IN_A_DAY);
    expect((await list(api)).find(({ id }) => id === next.id)?.expiresAt).toBe(IN_A_DAY);
    for (const overlapMinutes of [-1, 10_081, 1.5, '60', null]) {
      expect((await rotate(api, last.id, { overlapMinutes })).status).toBe(400);
    }
  });

  it('end at once when they are rotated without an overlap, and by themselves after it', async () => {
    const { api } = await test.actor();
    const [leaked, replaced] = [await made(api), await made(api)];
    expect([await status(leaked), await status(replaced)]).toEqual([200, 200]);
    const { body: next } = await rotate(api, leaked.id, { overlapMinutes: 0 });
    expect([await status(leaked), await status(next)]).toEqual([401, 200]);
    expect((await rotate(api, leaked.id)).status).toBe(404);
    await rotate(api, replaced.id, { overlapMinutes: 1 });
    // As if a minute had passed; nobody else remembers it from before.
    const over = `UPDATE api_keys SET expires_at = expires_at - interval '1 minute' WHERE id = $1`;
    await sql(test.databaseUrl, over, [replaced.id]);
    const other = await TestApp.start({ modules: [ScopedModule], databaseUrl: test.databaseUrl });
    expect(await other.api.with({ 'x-api-key': replaced.key }).get('/v1/scoped')).toMatchObject({ status: 401 });
  });

  it('are rotated once by whoever does so twice at once', async () => {
    const { api } = await test.actor();
    const { id } = await made(api);
    const answers = await Promise.all(Array.from({ length: 8 }, () => rotate(api, id)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'API_KEY_REPLACED')).toHaveLength(7);
    expect(await list(api)).toHaveLength(2);
  });

  it('[R-16] #1 leave one row in the audit log when they are made, rotated and revoked', async () => {
    const { actor, api } = await test.actor();
    const { id } = await made(api);
    const { body: next } = await rotate(api, id);
    await Promise.all([revoke(api, next.id), revoke(api, next.id)]);
    expect(await actions(actor)).toEqual([
      { action: 'api-key.created', target_id: id },
      { action: 'api-key.rotated', target_id: next.id },
      { action: 'api-key.revoked', target_id: next.id },
    ]);
  });

  it('say when they were used the last time, within five minutes', async () => {
    const { api } = await test.actor();
    const key = await made(api);
    const lastUsed = async () => (await list(api))[0]?.lastUsedAt;
    await Promise.all(Array.from({ length: 20 }, () => status(key)));
    await eventually(async () => expect(await lastUsed()).not.toBeNull());
    const first = await lastUsed();
    const other = await TestApp.start({ modules: [ScopedModule], databaseUrl: test.databaseUrl });
    await other.api.with({ 'x-api-key': key.key }).get('/v1/scoped');
    await other.close();
    expect(await lastUsed()).toBe(first);
    await sql(test.databaseUrl, `UPDATE api_keys SET last_used_at = now() - interval '6 minutes' WHERE id = $1`, [
      key.id,
    ]);
    const later = await TestApp.start({ modules: [ScopedModule], databaseUrl: test.databaseUrl });
    await later.api.with({ 'x-api-key': key.key }).get('/v1/scoped');
    await later.close();
    expect(Date.parse((await lastUsed()) ?? '')).toBeGreaterThan(Date.now() - 60_000);
  });

  it('are gone some time after they have ended', async () => {
    const { api } = await test.actor();
    const [revoked, expired, live] = [await made(api), await made(api), await made(api)];
    await revoke(api, revoked.id);
    const left = async () =>
      (await sql<{ id: string }>(test.databaseUrl, 'SELECT id FROM api_keys')).map(({ id }) => id);
    await test.app.get(Retention).sweepAll();
    expect(await left()).toEqual(expect.arrayContaining([revoked.id, expired.id, live.id]));
    await sql(
      test.databaseUrl,
      `UPDATE api_keys SET expires_at = coalesce(expires_at, now()) - interval '1 hour' WHERE id = ANY ($1)`,
      [[revoked.id, expired.id]],
    );
    await test.app.get(Retention).sweepAll();
    expect(await left()).toContain(live.id);
    expect(await left()).not.toContain(revoked.id);
    expect(await left()).not.toContain(expired.id);
  });

  /** Every row of every table, as text. */
  async function everything(): Promise<string> {
    const tables = await sql<{ name: string }>(
      test.databaseUrl,
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const rows = await Promise.all(tables.map(({ name }) => sql(test.databaseUrl, `SELECT t::text FROM ${name} t`)));
    return JSON.stringify(rows);
  }
});
