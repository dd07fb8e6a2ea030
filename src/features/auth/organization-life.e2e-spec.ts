import type { ApiClient } from '../../../test/harness/api-client.js';
import { ACTOR_HEADER } from '../../../test/harness/actors.js';
import { TestApp } from '../../../test/harness/app.js';
import { atOnce } from '../../../test/harness/at-once.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { Transactions } from '../../core/database/transactions.js';
import type { TokenPair } from './auth.dto.js';
import { register, signIn } from './auth.requests.js';
import type { OrganizationPage, OrganizationView } from './organization.dto.js';
import { anotherOrganization, join } from './organizations.requests.js';

type Body<T> = T & Record<string, unknown>;

describe('an organization', () => {
  let test: TestApp;
  let second: TestApp;
  beforeAll(async () => {
    test = await TestApp.start();
    second = await TestApp.start({ databaseUrl: test.databaseUrl });
  });

  const rows = <T extends object>(statement: string, values: unknown[] = []) =>
    sql<T>(test.databaseUrl, statement, values);
  const as = ({ accessToken }: TokenPair, { api } = test) => api.as(accessToken);
  const switchTo = (api: ApiClient, organizationId: string) =>
    api.post<Body<TokenPair>>('/v1/auth/switch-organization', { organizationId });
  const refresh = ({ refreshToken }: TokenPair) => test.api.post<Body<TokenPair>>('/v1/auth/refresh', { refreshToken });
  const list = async (api: ApiClient) => (await api.get<Body<OrganizationPage>>('/v1/organizations')).body.data;
  const somebody = async () => {
    const person = await register(test.api);
    const tokens = await signIn(test.api, person);
    const [home] = await list(as(tokens));
    return { ...person, tokens, home: home?.id ?? '' };
  };

  it('is made by anybody, who owns it and works in it once they switch', async () => {
    const { tokens, home } = await somebody();
    const made = await as(tokens).post<Body<OrganizationView>>('/v1/organizations', { name: ' Engines ' });
    expect(made).toMatchObject({ status: 201, body: { name: 'Engines', role: 'owner' } });
    const { id } = made.body;
    expect((await list(as(tokens))).map((one) => one.id)).toEqual([home, id]);
    for (const spelled of [home, home.toUpperCase()]) {
      expect(await as(tokens).get(`/v1/organizations/${spelled}`)).toMatchObject({ status: 200, body: { id: home } });
    }
    expect(await as(tokens).get(`/v1/organizations/${id}`)).toMatchObject({ status: 404 });
    const next = (await switchTo(as(tokens), id)).body;
    expect(await as(next, second).get(`/v1/organizations/${id}`)).toMatchObject({ status: 200, body: { id } });
    expect(await as(next).get(`/v1/organizations/${home}`)).toMatchObject({ status: 404 });
  });

  it('is renamed by its admins', async () => {
    const { actor, api } = await test.actor();
    const path = `/v1/organizations/${actor.organizationId}`;
    expect(await api.patch(path, { name: 'Renamed' })).toMatchObject({ status: 200, body: { name: 'Renamed' } });
    expect(await api.get(path)).toMatchObject({ body: { name: 'Renamed' } });
    const member = test.api.with({ [ACTOR_HEADER]: JSON.stringify({ ...actor, role: 'member' }) });
    expect(await member.patch(path, { name: 'No' })).toMatchObject({ status: 403 });
    expect(await member.send('DELETE', path)).toMatchObject({ status: 403 });
    // Who says to be an owner and is none any more is found out.
    await rows(`UPDATE memberships SET role = 'admin' WHERE user_id = $1`, [actor.userId]);
    expect(await api.send('DELETE', path)).toMatchObject({ status: 403 });
  });

  it('is switched to by a session, with tokens that act there on every instance, and go on there', async () => {
    const { tokens, home } = await somebody();
    const id = await anotherOrganization({ api: as(tokens) });
    const switched = await switchTo(as(tokens), id);
    expect(switched.status).toBe(200);
    for (const app of [test, second]) {
      expect(await as(switched.body, app).get(`/v1/organizations/${id}`)).toMatchObject({ status: 200 });
    }
    // The access token from before holds where it was issued for, until it expires.
    expect(await as(tokens).get(`/v1/organizations/${home}`)).toMatchObject({ status: 200 });
    expect(await as(tokens).get(`/v1/organizations/${id}`)).toMatchObject({ status: 404 });
    const refreshed = await refresh(switched.body);
    expect(await as(refreshed.body).get(`/v1/organizations/${id}`)).toMatchObject({ status: 200 });
    expect((await as(refreshed.body).get<{ data: object[] }>('/v1/auth/sessions')).body.data).toHaveLength(1);
  });

  it('is left by the refresh token from before, which is used up like every other one', async () => {
    const { tokens } = await somebody();
    const { body } = await switchTo(as(tokens), await anotherOrganization({ api: as(tokens) }));
    // Sent before the answer was known, as far as anybody can tell.
    expect(await refresh(tokens)).toMatchObject({ status: 409, body: { code: 'REFRESH_IN_PROGRESS' } });
    await rows(`UPDATE refresh_tokens SET used_at = used_at - interval '1 minute'`);
    expect(await refresh(tokens)).toMatchObject({ status: 401, body: { code: 'REFRESH_REUSED' } });
    expect(await refresh(body)).toMatchObject({ status: 401 });
  });

  it('is switched to with one refresh token left, also by eight at once', async () => {
    const { id: userId, tokens, home } = await somebody();
    const other = await anotherOrganization({ api: as(tokens) });
    let count = 0;
    const answers = await atOnce(test.databaseUrl, 8, () => switchTo(as(tokens), count++ % 2 ? home : other));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    const open = await rows(
      'SELECT 1 FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE s.user_id = $1 AND used_at IS NULL',
      [userId],
    );
    expect(open).toHaveLength(1);
  });

  it('is switched to by its members only, who signed in, and whose session has not ended', async () => {
    const [mine, theirs] = [await somebody(), await somebody()];
    const foreign = await switchTo(as(mine.tokens), theirs.home);
    const unknown = await switchTo(as(mine.tokens), crypto.randomUUID());
    for (const answer of [foreign, unknown]) {
      expect(answer).toMatchObject({ status: 404, body: { detail: 'The organization was not found.' } });
    }
    expect(await refresh(mine.tokens)).toMatchObject({ status: 200 });
    const { actor, api } = await test.actor();
    const key = test.api.with({ [ACTOR_HEADER]: JSON.stringify({ ...actor, scopes: ['auth:write'] }) });
    expect(await switchTo(key, actor.organizationId)).toMatchObject({
      status: 403,
      body: { code: 'SESSION_REQUIRED' },
    });
    expect(await switchTo(api, actor.organizationId)).toMatchObject({ status: 401, body: { code: 'SESSION_ENDED' } });
  });

  it('is closed for all of its members, who go on elsewhere, and its keys, and what others keep of it stays', async () => {
    const [owner, guest] = [await somebody(), await somebody()];
    const id = await anotherOrganization({ api: as(owner.tokens) });
    await join(test, guest.id, id, 'admin');
    const [there, guestThere] = [await switchTo(as(owner.tokens), id), await switchTo(as(guest.tokens), id)];
    await rows(
      `INSERT INTO api_keys (id, organization_id, user_id, name, prefix, hash, scopes)
       VALUES (gen_random_uuid(), $1, $2, 'Key', 'app', sha256('key'), '{}')`,
      [id, guest.id],
    );
    await rows(
      `INSERT INTO invitations (id, organization_id, email, role, token_hash, expires_at)
       VALUES (gen_random_uuid(), $1, 'a@example.org', 'member', sha256('token'), now() + interval '1 day')`,
      [id],
    );
    expect(await as(there.body).send('DELETE', `/v1/organizations/${id}`)).toMatchObject({ status: 204 });
    for (const app of [test, second]) {
      for (const { body } of [there, guestThere]) {
        await eventually(
          async () => expect(await as(body, app).get('/v1/users/me')).toMatchObject({ status: 401 }),
          1_000,
        );
      }
    }
    const next = (await refresh(guestThere.body)).body;
    expect(await as(next).get(`/v1/organizations/${guest.home}`)).toMatchObject({ status: 200 });
    expect((await list(as(next))).map((one) => one.id)).toEqual([guest.home]);
    for (const table of ['api_keys', 'invitations', 'memberships']) {
      expect(await rows(['SELECT 1 FROM', table, 'WHERE organization_id = $1'].join(' '), [id])).toEqual([]);
    }
    const [left] = await rows('SELECT name, closed_at IS NOT NULL AS closed FROM organizations WHERE id = $1', [id]);
    expect(left).toEqual({ name: 'Closed organization', closed: true });
    expect(await rows(`SELECT payload FROM events WHERE organization_id = $1`, [id])).toEqual([
      { payload: { organizationId: id } },
    ]);
    expect(await switchTo(as(next), id)).toMatchObject({ status: 404 });
  });

  it('is joined before it is closed or not at all: nobody belongs to a closed one', async () => {
    for (let round = 0; round < 5; round++) {
      const [owner, guest] = [await test.actor(), await test.actor()];
      const { organizationId } = owner.actor;
      const token = `token ${organizationId}`;
      await rows(
        `INSERT INTO invitations (id, organization_id, email, role, token_hash, expires_at)
         SELECT gen_random_uuid(), $1, email, 'member', sha256($2::text::bytea), now() + interval '1 day'
           FROM users WHERE id = $3`,
        [organizationId, token, guest.actor.userId],
      );
      const works = [
        () => guest.api.post('/v1/invitations/accept', { token }),
        () => owner.api.send('DELETE', `/v1/organizations/${organizationId}`),
      ];
      if (round % 2) works.reverse();
      const answers = await atOnce(test.databaseUrl, 2, () => works.shift()!());
      expect([200, 204, 400]).toEqual(expect.arrayContaining(answers.map(({ status }) => status)));
      expect(answers.map(({ status }) => status)).toContain(204);
      expect(await rows('SELECT 1 FROM memberships WHERE organization_id = $1', [organizationId])).toEqual([]);
      expect(await list(guest.api)).toMatchObject([{ id: guest.actor.organizationId }]);
    }
  });

  it('is joined by nobody once it is closed, whatever code tries', async () => {
    const [owner, guest] = [await test.actor(), await test.actor()];
    const { organizationId } = owner.actor;
    const closing = test.app.get(Transactions).run(async (tx) => {
      await tx.query('SELECT FROM organizations WHERE id = $1 FOR UPDATE', [organizationId]);
      const joining = join(test, guest.actor.userId, organizationId, 'owner').catch((thrown: unknown) => thrown);
      await tx.query('UPDATE organizations SET closed_at = now() WHERE id = $1', [organizationId]);
      return { joining };
    });
    const refused = { code: '23514', constraint: 'memberships_stay_out' };
    expect(await (await closing).joining).toMatchObject(refused);
    await expect(join(test, guest.actor.userId, organizationId, 'owner')).rejects.toMatchObject(refused);
  });

  it('that was the only one of somebody is followed by a new one of their own', async () => {
    const { tokens, home } = await somebody();
    expect(await as(tokens).send('DELETE', `/v1/organizations/${home}`)).toMatchObject({ status: 204 });
    const next = (await refresh(tokens)).body;
    expect(await list(as(next))).toMatchObject([{ name: 'Somebody', role: 'owner' }]);
    expect(await as(next).send('DELETE', `/v1/organizations/${home}`)).toMatchObject({ status: 404 });
  });

  it('[R-16] #1 has one row in the audit log for each of making, renaming, closing and switching', async () => {
    const { id: actor_id, tokens } = await somebody();
    const marked = (pair: TokenPair, requestId: string) => as(pair).with({ 'x-request-id': requestId });
    const logged = (requestId: string) => rows('SELECT * FROM audit_log WHERE request_id = $1', [requestId]);
    const made = await marked(tokens, 'organization-make').post<Body<OrganizationView>>('/v1/organizations', {
      name: 'A',
    });
    const { id } = made.body;
    const mine = { organization_id: id, actor_id, target_type: 'organization', target_id: id };
    expect(await logged('organization-make')).toMatchObject([{ ...mine, action: 'organization.created' }]);
    const { body } = await switchTo(marked(tokens, 'organization-switch'), id);
    const session = { organization_id: id, actor_id, target_type: 'session', action: 'session.switched' };
    expect(await logged('organization-switch')).toMatchObject([session]);
    await marked(body, 'organization-rename').patch(`/v1/organizations/${id}`, { name: 'B' });
    expect(await logged('organization-rename')).toMatchObject([{ ...mine, action: 'organization.renamed' }]);
    await marked(body, 'organization-close').send('DELETE', `/v1/organizations/${id}`);
    expect(await logged('organization-close')).toMatchObject([{ ...mine, action: 'organization.closed' }]);
  });
});
