import { type ApiClient } from '../../../test/harness/api-client.js';
import { ACTOR_HEADER } from '../../../test/harness/actors.js';
import { TestApp } from '../../../test/harness/app.js';
import { atOnce } from '../../../test/harness/at-once.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import type { Actor, Role } from '../../core/access/actor.js';
import { Transactions } from '../../core/database/transactions.js';
import type { TokenPair } from './auth.dto.js';
import { register, signIn } from './auth.requests.js';
import type { MemberPage } from './member.dto.js';
import { join, member } from './organizations.requests.js';

type Body<T> = T & Record<string, unknown>;

interface Somebody {
  readonly actor: Actor;
  readonly api: ApiClient;
}

describe('the members of an organization', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start();
  });

  const pathOf = ({ organizationId }: Pick<Actor, 'organizationId'>, userId = '') =>
    `/v1/organizations/${organizationId}/members/${userId}`.replace(/\/$/, '');
  const change = ({ api, actor }: Somebody, userId: string, role: Role) => api.patch(pathOf(actor, userId), { role });
  const remove = ({ api, actor }: Somebody, userId: string) => api.send('DELETE', pathOf(actor, userId));
  const rolesIn = async ({ organizationId }: Pick<Actor, 'organizationId'>) => {
    const statement = 'SELECT user_id, role FROM memberships WHERE organization_id = $1';
    const rows = await sql<{ user_id: string; role: Role }>(test.databaseUrl, statement, [organizationId]);
    return Object.fromEntries(rows.map(({ user_id, role }) => [user_id, role]));
  };

  /** Somebody with a role in the organization of somebody else, and at work there. */
  async function colleague({ actor }: Somebody, role: Role): Promise<Somebody> {
    const theirs = await test.actor();
    await join(test, theirs.actor.userId, actor.organizationId, role);
    return actingIn(theirs, actor, role);
  }

  const actingIn = ({ actor, api }: Somebody, { organizationId }: Actor, role: Role): Somebody => {
    const moved = { ...actor, organizationId, role };
    return { actor: moved, api: api.with({ [ACTOR_HEADER]: JSON.stringify(moved) }) };
  };

  it('are listed to each of them, with what they are', async () => {
    const owner = await test.actor();
    const viewer = await colleague(owner, 'viewer');
    const { status, body } = await viewer.api.get<Body<MemberPage>>(pathOf(owner.actor));
    expect(status).toBe(200);
    expect(body.data.map(({ userId, role }) => [userId, role]).toSorted()).toEqual(
      [
        [owner.actor.userId, 'owner'],
        [viewer.actor.userId, 'viewer'],
      ].toSorted(),
    );
    const { api } = await test.actor();
    expect(await api.get(pathOf(owner.actor))).toMatchObject({ status: 404 });
  });

  it('have their roles changed by admins, up to their own, and by nobody below', async () => {
    const owner = await test.actor();
    const [admin, viewer] = [await colleague(owner, 'admin'), await colleague(owner, 'viewer')];
    const other = await member(owner, test);
    expect(await change(viewer, other, 'viewer')).toMatchObject({ status: 403 });
    expect(await change(admin, other, 'admin')).toMatchObject({ status: 200, body: { userId: other, role: 'admin' } });
    expect(await change(admin, other, 'owner')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await change(admin, owner.actor.userId, 'viewer')).toMatchObject({ status: 403 });
    expect(await change(admin, admin.actor.userId, 'owner')).toMatchObject({ status: 403 });
    expect(await change(owner, other, 'owner')).toMatchObject({ status: 200, body: { role: 'owner' } });
    expect(await change(admin, admin.actor.userId, 'viewer')).toMatchObject({ status: 200 });
    // What their request says of them is from before.
    expect(await change(admin, viewer.actor.userId, 'member')).toMatchObject({ status: 403 });
  });

  it('leave, and are removed by admins unless they are above them', async () => {
    const owner = await test.actor();
    const [admin, viewer] = [await colleague(owner, 'admin'), await colleague(owner, 'viewer')];
    const other = await member(owner, test);
    expect(await remove(viewer, other)).toMatchObject({ status: 403 });
    expect(await remove(admin, owner.actor.userId)).toMatchObject({ status: 403 });
    expect(await remove(admin, other)).toMatchObject({ status: 204 });
    expect(await remove(admin, other)).toMatchObject({ status: 404 });
    expect(await remove(viewer, viewer.actor.userId)).toMatchObject({ status: 204 });
    expect(await rolesIn(owner.actor)).toEqual({ [owner.actor.userId]: 'owner', [admin.actor.userId]: 'admin' });
  });

  it('are never without a home: who is removed from everywhere gets a new organization, and just one', async () => {
    const [first, second] = [await test.actor(), await test.actor()];
    const userId = await member(first, test);
    await join(test, userId, second.actor.organizationId, 'viewer');
    const answers = await Promise.all([remove(first, userId), remove(second, userId)]);
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    const homes = await sql(test.databaseUrl, 'SELECT role FROM memberships WHERE user_id = $1', [userId]);
    expect(homes).toEqual([{ role: 'owner' }]);
  });

  it('keep an owner, who is told why they cannot leave or step down', async () => {
    const owner = await test.actor();
    const lastOwner = { status: 409, body: { code: 'LAST_OWNER' } };
    expect(await remove(owner, owner.actor.userId)).toMatchObject(lastOwner);
    await member(owner, test, 'admin');
    expect(await remove(owner, owner.actor.userId)).toMatchObject(lastOwner);
    expect(await change(owner, owner.actor.userId, 'admin')).toMatchObject(lastOwner);
    expect(await change(owner, owner.actor.userId, 'owner')).toMatchObject({ status: 200 });
  });

  type Go = (one: Somebody, other: Somebody) => Promise<{ status: number }>;
  const leave: Go = (one) => remove(one, one.actor.userId);
  const stepDown: Go = (one) => change(one, one.actor.userId, 'viewer');
  const demote: Go = (one, other) => change(one, other.actor.userId, 'member');
  const expel: Go = (one, other) => remove(one, other.actor.userId);

  it.each([
    ['leave', leave, leave, 409],
    ['step down', stepDown, stepDown, 409],
    ['leave and step down', leave, stepDown, 409],
    // Who comes second is no owner any more, or no member: what their request says of them is from before.
    ['demote each other', demote, demote, 403],
    ['remove each other', expel, expel, 404],
  ])('keep an owner when the last two %s at once', async (_how, first, second, refused) => {
    for (const areAlone of [true, false]) {
      const one = await test.actor();
      const other = await colleague(one, 'owner');
      if (!areAlone) await member(one, test, 'admin');
      const works = [() => first(one, other), () => second(other, one)];
      const answers = await atOnce(test.databaseUrl, 2, () => works.shift()!());
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status < 300)).toHaveLength(1);
      expect(statuses).toContain(refused);
      expect(Object.values(await rolesIn(one.actor)).filter((role) => role === 'owner')).toHaveLength(1);
    }
  });

  it('keep an owner whatever code ends memberships: the database refuses the second of two', async () => {
    const one = await test.actor();
    const other = await colleague(one, 'owner');
    const rest = await member(one, test);
    const end = 'DELETE FROM memberships WHERE organization_id = $1 AND user_id = $2';
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
    const { organizationId } = one.actor;
    let second: Promise<unknown> = Promise.resolve();
    await test.app.get(Transactions).run(async (tx) => {
      await tx.query(end, [organizationId, one.actor.userId]);
      second = sql(test.databaseUrl, end, [organizationId, other.actor.userId]).catch((thrown: unknown) => thrown);
      await eventually(async () => expect(await sql(test.databaseUrl, waiting)).toHaveLength(1), 3_000);
    });
    expect(await second).toMatchObject({ code: '23514', constraint: 'memberships_keep_owner' });
    expect(await rolesIn(one.actor)).toHaveProperty(rest);
    await sql(test.databaseUrl, 'DELETE FROM organizations WHERE id = $1', [one.actor.organizationId]);
  });

  it('[R-16] #1 have one row in the audit log for each change of a role, and for each end', async () => {
    const owner = await test.actor();
    const other = await member(owner, test);
    const rows = (requestId: string) =>
      sql(test.databaseUrl, 'SELECT * FROM audit_log WHERE request_id = $1', [requestId]);
    const marked = (requestId: string) => ({ ...owner, api: owner.api.with({ 'x-request-id': requestId }) });
    const { organizationId: organization_id, userId: actor_id } = owner.actor;
    const common = { organization_id, actor_id, target_type: 'user', target_id: other };
    await change(marked('role-change'), other, 'admin');
    expect(await rows('role-change')).toMatchObject([{ ...common, action: 'role.changed', request_id: 'role-change' }]);
    await change(marked('role-same'), other, 'admin');
    expect(await rows('role-same')).toEqual([]);
    await remove(marked('member-removal'), other);
    expect(await rows('member-removal')).toMatchObject([{ ...common, action: 'membership.ended' }]);
  });

  it('are locked out on every instance within a second once they are removed, and go on in their own', async () => {
    const second = await TestApp.start({ databaseUrl: test.databaseUrl });
    const owner = await test.actor();
    const person = await register(test.api);
    const tokens = await signIn(test.api, person);
    await join(test, person.id, owner.actor.organizationId, 'member');
    const { organizationId } = owner.actor;
    const { body } = await test.api
      .as(tokens.accessToken)
      .post<Body<TokenPair>>('/v1/auth/switch-organization', { organizationId });
    for (const { api } of [test, second]) {
      expect(await api.as(body.accessToken).get(pathOf(owner.actor))).toMatchObject({ status: 200 });
    }
    expect(await change(owner, person.id, 'viewer')).toMatchObject({ status: 200 });
    expect(await remove(owner, person.id)).toMatchObject({ status: 204 });
    for (const { api } of [test, second]) {
      await eventually(async () => {
        const answer = await api.as(body.accessToken).get(pathOf(owner.actor));
        expect(answer).toMatchObject({ status: 401, body: { code: 'TOKEN_EXPIRED' } });
      }, 1_000);
    }
    const { refreshToken } = body;
    const next = (await second.api.post<Body<TokenPair>>('/v1/auth/refresh', { refreshToken })).body;
    expect(await test.api.as(next.accessToken).get('/v1/users/me')).toMatchObject({ status: 200 });
    expect(await test.api.as(next.accessToken).get(pathOf(owner.actor))).toMatchObject({ status: 404 });
  });
});
