import { randomUUID } from 'node:crypto';
import { ACTOR_HEADER } from '../../../test/harness/actors.js';
import type { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import type { GivenRequests, Owner } from '../../../test/harness/valid-requests.js';
import type { Role } from '../../core/access/actor.js';
import { opaqueToken, sha256 } from './opaque-token.js';
import type { OrganizationView } from './organization.dto.js';

type Body<T> = T & Record<string, unknown>;

/** Another organization of somebody. @returns its id */
export async function anotherOrganization({ api }: Pick<Owner, 'api'>): Promise<string> {
  return (await api.post<Body<OrganizationView>>('/v1/organizations', { name: 'Another one' })).body.id;
}

/** Somebody who did nothing but join. @returns their id */
export async function member({ actor }: Pick<Owner, 'actor'>, test: TestApp, role: Role = 'member'): Promise<string> {
  const id = randomUUID();
  await sql(
    test.databaseUrl,
    `INSERT INTO users (id, email, name) VALUES ($1::uuid, $1::uuid || '@example.org', 'Member')`,
    [id],
  );
  await join(test, id, actor.organizationId, role);
  return id;
}

export async function join(test: TestApp, userId: string, organizationId: string, role: Role): Promise<void> {
  const statement = 'INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, $3)';
  await sql(test.databaseUrl, statement, [organizationId, userId, role]);
}

/** An invitation of the owner by somebody else, whose mail nobody reads. @returns its token */
async function invitation({ actor }: Owner, test: TestApp): Promise<string> {
  const token = opaqueToken();
  const { actor: host } = await test.actor();
  await sql(
    test.databaseUrl,
    `INSERT INTO invitations (id, organization_id, email, role, token_hash, invited_by, expires_at)
     SELECT gen_random_uuid(), $1, email, 'member', $2, $3, now() + interval '1 day' FROM users WHERE id = $4`,
    [host.organizationId, sha256(token), host.userId, actor.userId],
  );
  return token;
}

/** Mints have no session of their own. */
async function session({ actor }: Owner, test: TestApp): Promise<void> {
  await sql(
    test.databaseUrl,
    `INSERT INTO sessions (id, user_id, organization_id, expires_at) VALUES ($1, $2, $3, now() + interval '1 day')
     ON CONFLICT (id) DO NOTHING`,
    [actor.sessionId, actor.userId, actor.organizationId],
  );
}

const own = ({ actor }: Owner) => ({ params: { id: actor.organizationId } });

export const requests: GivenRequests = {
  'GET /v1/organizations/{id}': own,
  'PATCH /v1/organizations/{id}': own,
  'DELETE /v1/organizations/{id}': async (owner) => {
    const id = await anotherOrganization(owner);
    // Who has switched to it.
    return { params: { id }, headers: { [ACTOR_HEADER]: JSON.stringify({ ...owner.actor, organizationId: id }) } };
  },
  'GET /v1/organizations/{id}/members': own,
  'PATCH /v1/organizations/{id}/members/{userId}': async (owner, test) => ({
    params: { ...own(owner).params, userId: await member(owner, test) },
  }),
  'DELETE /v1/organizations/{id}/members/{userId}': async (owner, test) => ({
    params: { ...own(owner).params, userId: await member(owner, test) },
  }),
  'GET /v1/organizations/{id}/invitations': own,
  'POST /v1/organizations/{id}/invitations': own,
  'DELETE /v1/organizations/{id}/invitations/{invitationId}': own,
  'POST /v1/invitations/accept': async (owner, test) => ({ body: { token: await invitation(owner, test) } }),
  'POST /v1/auth/switch-organization': async (owner, test) => {
    await session(owner, test);
    return { body: { organizationId: await anotherOrganization(owner) } };
  },
};
