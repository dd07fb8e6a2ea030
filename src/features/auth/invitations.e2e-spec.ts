import { randomUUID } from 'node:crypto';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { ACTOR_HEADER } from '../../../test/harness/actors.js';
import { TestApp } from '../../../test/harness/app.js';
import { atOnce } from '../../../test/harness/at-once.js';
import { changed, contentsOf } from '../../../test/harness/contents.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { SmtpServer } from '../../../test/harness/smtp.js';
import type { Actor, Role } from '../../core/access/actor.js';
import type { TokenPair } from './auth.dto.js';
import { register, signIn } from './auth.requests.js';
import type { InvitationPage, InvitationView } from './invitation.dto.js';
import { sha256 } from './opaque-token.js';
import { join, member } from './organizations.requests.js';

type Body<T> = T & Record<string, unknown>;

interface Somebody {
  readonly actor: Actor;
  readonly api: ApiClient;
}

const pathOf = ({ organizationId }: Actor) => `/v1/organizations/${organizationId}/invitations`;
const linkInvalid = { status: 400, body: { code: 'LINK_INVALID' } };

describe('an invitation', () => {
  let server: SmtpServer;
  let test: TestApp;
  beforeAll(async () => {
    server = await SmtpServer.start();
    test = await TestApp.start({ env: server.env });
  });

  const rows = <T extends object>(statement: string, values: unknown[] = []) =>
    sql<T>(test.databaseUrl, statement, values);
  const emailOf = async ({ userId }: Actor) =>
    (await rows<{ email: string }>('SELECT email FROM users WHERE id = $1', [userId]))[0]?.email ?? '';
  const send = ({ api, actor }: Somebody, email: string, role: Role = 'member') =>
    api.post<Body<InvitationView>>(pathOf(actor), { email, role });
  const accept = (api: ApiClient, token: string) => api.post('/v1/invitations/accept', { token });
  /** Those of invitations alone: who registers gets another one */
  const mailsTo = (email: string) =>
    server.mails.filter(({ recipients, text }) => recipients.includes(email) && text.includes('/accept-invitation#'));

  /** Invites, and reads the mail. @returns the token of the nth mail to the address */
  async function invite(host: Somebody, email: string, role: Role = 'member', nth = 1): Promise<string> {
    expect(await send(host, email, role)).toMatchObject({ status: 201 });
    await eventually(() => Promise.resolve(expect(mailsTo(email)).toHaveLength(nth)));
    const [, token = ''] = /\/accept-invitation#token=([\w-]{43})/.exec(mailsTo(email)[nth - 1]?.text ?? '') ?? [];
    return token;
  }

  it.each([30, 5])('[R-108] #1 says in its mail how long it lasts, which is as long: %i days', async (ttl) => {
    const app = await TestApp.start({ env: { ...server.env, INVITATION_TTL_DAYS: String(ttl) } });
    const { api, actor } = await app.actor();
    const email = `${randomUUID()}@example.org`;
    const { body } = await api.post<Body<InvitationView>>(pathOf(actor), { email, role: 'viewer' });
    await eventually(() => Promise.resolve(expect(mailsTo(email)).toHaveLength(1)));
    expect(mailsTo(email)[0]?.text).toContain(`within ${ttl} days`);
    expect(mailsTo(email)[0]?.html).toContain(`within ${ttl} days`);
    const [row] = await sql(
      app.databaseUrl,
      `SELECT expires_at - created_at = make_interval(days => $1) AS exact, expires_at FROM invitations`,
      [ttl],
    );
    expect(row).toEqual({ exact: true, expires_at: new Date(body.expiresAt) });
  });

  it('is a link in a mail, of which the database knows a digest and nobody else anything', async () => {
    const host = await test.actor();
    const email = `${randomUUID()}@example.org`;
    const answer = await send(host, email.toUpperCase(), 'admin');
    await eventually(() => Promise.resolve(expect(mailsTo(email)).toHaveLength(1)));
    const [, token = ''] = /#token=([\w-]{43})/.exec(mailsTo(email)[0]?.text ?? '') ?? [];
    expect(answer.body).toMatchObject({ email, role: 'admin', invitedBy: host.actor.userId });
    expect(JSON.stringify(answer.body)).not.toContain(token);
    const [row] = await rows<{ token_hash: Buffer }>('SELECT * FROM invitations WHERE email = $1', [email]);
    expect(row?.token_hash).toEqual(sha256(token));
    expect(mailsTo(email)[0]?.headers.subject).toBe('Somebody invites you to Somebody');
  });

  it('tells nobody whether its address has an account', async () => {
    const [host, known] = [await test.actor(), await test.actor()];
    const shape = ({ status, body }: { status: number; body: object }) => ({ status, fields: Object.keys(body) });
    const answers = [await send(host, await emailOf(known.actor)), await send(host, `${randomUUID()}@example.org`)];
    expect(shape(answers[0]!)).toEqual(shape(answers[1]!));
    expect(answers[0]?.status).toBe(201);
  });

  it('makes a member of exactly one of ten who accept it at once, on two instances', async () => {
    const second = await TestApp.start({ databaseUrl: test.databaseUrl, env: server.env });
    const [host, guest] = [await test.actor(), await test.actor()];
    const token = await invite(host, await emailOf(guest.actor), 'admin');
    const guests = [guest.api, second.api.with({ [ACTOR_HEADER]: JSON.stringify(guest.actor) })];
    let count = 0;
    const answers = await atOnce(test.databaseUrl, 10, () => accept(guests[count++ % 2]!, token));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status, body }) => status === 400 && body.code === 'LINK_INVALID')).toHaveLength(9);
    expect(answers.find(({ status }) => status === 200)?.body).toMatchObject({
      id: host.actor.organizationId,
      role: 'admin',
    });
    const [organizationId, userId] = [host.actor.organizationId, guest.actor.userId];
    const statement = 'SELECT role FROM memberships WHERE organization_id = $1 AND user_id = $2';
    expect(await rows(statement, [organizationId, userId])).toEqual([{ role: 'admin' }]);
    expect(
      await rows(`SELECT payload FROM events WHERE organization_id = $1 AND name = 'membership.created'`, [
        organizationId,
      ]),
    ).toEqual([{ payload: { organizationId, userId, role: 'admin' } }]);
    expect(await accept(guest.api, token)).toMatchObject(linkInvalid);
  });

  it('is accepted by somebody new, whose address is verified by that, and who switches then', async () => {
    const host = await test.actor();
    const person = await register(test.api);
    const token = await invite(host, person.email);
    const api = test.api.as((await signIn(test.api, person)).accessToken);
    expect(await accept(api, token)).toMatchObject({ status: 200, body: { id: host.actor.organizationId } });
    const [user] = await rows('SELECT email_verified_at IS NOT NULL AS verified FROM users WHERE id = $1', [person.id]);
    expect(user).toEqual({ verified: true });
    expect(await api.get(`/v1/organizations/${host.actor.organizationId}`)).toMatchObject({ status: 404 });
    const { body } = await api.post<Body<TokenPair>>('/v1/auth/switch-organization', {
      organizationId: host.actor.organizationId,
    });
    const there = test.api.as(body.accessToken);
    expect(await there.get(`/v1/organizations/${host.actor.organizationId}`)).toMatchObject({
      status: 200,
      body: { role: 'member' },
    });
    expect(await there.get(pathOf(host.actor))).toMatchObject({ status: 403 });
  });

  it('is nobody else’s: whoever has its link and another address is answered as to a made-up one', async () => {
    const [host, guest, thief] = [await test.actor(), await test.actor(), await test.actor()];
    const token = await invite(host, await emailOf(guest.actor));
    const [stolen, madeUp] = [await accept(thief.api, token), await accept(thief.api, 'made-up')];
    expect(stolen).toMatchObject(linkInvalid);
    const told = ({ detail, code, title }: Record<string, unknown>) => ({ detail, code, title });
    expect(told(stolen.body)).toEqual(told(madeUp.body));
    expect(await accept(test.api, token)).toMatchObject({ status: 401 });
    expect(await accept(guest.api, token)).toMatchObject({ status: 200 });
  });

  it('is worth nothing once it expired, was revoked, or was replaced by another one', async () => {
    const [host, guest] = [await test.actor(), await test.actor()];
    const email = await emailOf(guest.actor);
    const first = await invite(host, email, 'viewer');
    const second = await invite(host, email, 'admin', 2);
    expect(await accept(guest.api, first)).toMatchObject(linkInvalid);
    const { body } = await host.api.get<Body<InvitationPage>>(pathOf(host.actor));
    expect(body.data).toMatchObject([{ email, role: 'admin' }]);

    await rows(`UPDATE invitations SET created_at = now() - interval '2 days', expires_at = now() WHERE email = $1`, [
      email,
    ]);
    expect(await accept(guest.api, second)).toMatchObject(linkInvalid);

    const third = await invite(host, email, 'viewer', 3);
    const [open] = (await host.api.get<Body<InvitationPage>>(pathOf(host.actor))).body.data;
    const revoke = () => host.api.send('DELETE', `${pathOf(host.actor)}/${open?.id}`);
    expect(await revoke()).toMatchObject({ status: 204 });
    expect(await revoke()).toMatchObject({ status: 404 });
    expect(await accept(guest.api, third)).toMatchObject(linkInvalid);
  });

  it('is for those who are no members yet, and changes nobody’s role', async () => {
    const [host, guest] = [await test.actor(), await test.actor()];
    const email = await emailOf(guest.actor);
    const token = await invite(host, email, 'owner');
    await join(test, guest.actor.userId, host.actor.organizationId, 'viewer');
    const alreadyMember = { status: 409, body: { code: 'ALREADY_MEMBER' } };
    expect(await accept(guest.api, token)).toMatchObject(alreadyMember);
    expect(await send(host, email, 'owner')).toMatchObject(alreadyMember);
    const statement = 'SELECT role FROM memberships WHERE organization_id = $1 AND user_id = $2';
    expect(await rows(statement, [host.actor.organizationId, guest.actor.userId])).toEqual([{ role: 'viewer' }]);
  });

  it('is sent by admins, with no role above theirs, from a verified address', async () => {
    const host = await test.actor();
    const as = async (role: Role, more: Partial<Actor> = {}): Promise<Somebody> => {
      const userId = await member(host, test, role);
      const actor = { ...host.actor, userId, role, ...more };
      return { actor, api: test.api.with({ [ACTOR_HEADER]: JSON.stringify(actor) }) };
    };
    const somebody = () => `${randomUUID()}@example.org`;
    const admin = await as('admin');
    expect(await send(await as('member'), somebody())).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await send(admin, somebody(), 'owner')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await send(admin, somebody(), 'admin')).toMatchObject({ status: 201 });
    const unproven = await as('admin', { emailVerified: false });
    expect(await send(unproven, somebody())).toMatchObject({ status: 403, body: { code: 'EMAIL_NOT_VERIFIED' } });
    const { body } = await send(host, somebody(), 'owner');
    expect(await admin.api.send('DELETE', `${pathOf(host.actor)}/${body.id}`)).toMatchObject({ status: 403 });
    expect(await host.api.send('DELETE', `${pathOf(host.actor)}/${body.id}`)).toMatchObject({ status: 204 });
    const key = { ...host.actor, scopes: ['invitations:write'] };
    const program = test.api.with({ [ACTOR_HEADER]: JSON.stringify(key) });
    expect(await accept(program, 'any')).toMatchObject({ status: 403, body: { code: 'SESSION_REQUIRED' } });
  });

  it('goes to an address once when two invite it at the same moment', async () => {
    const host = await test.actor();
    const email = `${randomUUID()}@example.org`;
    const answers = await atOnce(test.databaseUrl, 2, () => send(host, email));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('ALREADY_INVITED');
    expect(await rows('SELECT 1 FROM invitations WHERE email = $1', [email])).toHaveLength(1);
    await eventually(() => Promise.resolve(expect(mailsTo(email)).toHaveLength(1)));
  });

  it('outlives the membership of whoever sent it, and refers to nobody elsewhere ([R-44] #2)', async () => {
    const [host, other] = [await test.actor(), await test.actor()];
    const admin = await member(host, test, 'admin');
    const insert = `INSERT INTO invitations (id, organization_id, email, role, token_hash, invited_by, expires_at)
      VALUES (gen_random_uuid(), $1, gen_random_uuid() || '@example.org', 'member', sha256(gen_random_uuid()::text::bytea),
        $2, now() + interval '1 day') RETURNING id`;
    await expect(rows(insert, [host.actor.organizationId, other.actor.userId])).rejects.toMatchObject({
      code: '23503',
      constraint: 'invitations_organization_id_invited_by_fkey',
    });
    await rows(insert, [host.actor.organizationId, admin]);
    await rows('DELETE FROM memberships WHERE user_id = $1', [admin]);
    const { body } = await host.api.get<Body<InvitationPage>>(pathOf(host.actor));
    expect(body.data).toMatchObject([{ invitedBy: null }]);
  });

  it('[R-16] #1 has one row in the audit log for each of sending, revoking and accepting', async () => {
    const [host, guest] = [await test.actor(), await test.actor()];
    const email = await emailOf(guest.actor);
    const logged = (requestId: string) => rows('SELECT * FROM audit_log WHERE request_id = $1', [requestId]);
    const marked = ({ api, actor }: Somebody, requestId: string) => ({
      actor,
      api: api.with({ 'x-request-id': requestId }),
    });
    const { body } = await send(marked(host, 'request-invite'), email);
    const mine = { organization_id: host.actor.organizationId, actor_id: host.actor.userId, target_type: 'invitation' };
    expect(await logged('request-invite')).toMatchObject([{ ...mine, action: 'invitation.sent', target_id: body.id }]);
    await marked(host, 'request-revoke').api.send('DELETE', `${pathOf(host.actor)}/${body.id}`);
    expect(await logged('request-revoke')).toMatchObject([
      { ...mine, action: 'invitation.revoked', target_id: body.id },
    ]);
    const token = await invite(host, email, 'member', 2);
    await accept(marked(guest, 'request-accept').api, token);
    const theirs = { ...mine, actor_id: guest.actor.userId };
    expect(await logged('request-accept')).toMatchObject([{ ...theirs, action: 'invitation.accepted' }]);
  });

  it('[R-26] #1 is sent and accepted whole or not at all', async () => {
    const [host, guest] = [await test.actor(), await test.actor()];
    const email = await emailOf(guest.actor);
    const token = await invite(host, email);
    const other = `${randomUUID()}@example.org`;
    const steps = {
      sending: ['invitations', 'outgoing_messages', 'pgboss.job', 'audit_log'],
      accepting: ['memberships', 'events', 'audit_log'],
    };
    await rows(`CREATE FUNCTION break_step() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'planted'; END $$`);
    for (const [what, tables] of Object.entries(steps)) {
      for (const table of tables) {
        const before = await contentsOf(test.databaseUrl);
        await rows(`CREATE TRIGGER break_step AFTER INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION break_step()`);
        const answer = what === 'sending' ? await send(host, other) : await accept(guest.api, token);
        await rows(`DROP TRIGGER break_step ON ${table}`);
        expect(answer.status).toBe(500);
        expect(changed(before, await contentsOf(test.databaseUrl))).toEqual([]);
      }
    }
    expect(await accept(guest.api, token)).toMatchObject({ status: 200 });
    expect(await send(host, other)).toMatchObject({ status: 201 });
    await eventually(() => Promise.resolve(expect(mailsTo(other)).toHaveLength(1)));
  });
});
