import type { ApiClient } from '../../../test/harness/api-client.js';
import type { GivenRequests, Owner } from '../../../test/harness/valid-requests.js';
import type { AdminUserPage } from './admin-user.dto.js';

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Somebody else: nobody suspends themselves. Whoever may not ask is refused whomever they name. */
async function another(api: ApiClient, ownId: string): Promise<string> {
  const { status, body } = await api.get<AdminUserPage & Record<string, unknown>>('/v1/admin/users');
  const others = status === 200 ? body.data.filter(({ id, erasedAt }) => id !== ownId && erasedAt === null) : [];
  return others[0]?.id ?? NOBODY;
}

const aboutAnother = async ({ api, actor }: Owner) => ({ params: { id: await another(api, actor.userId) } });

export const requests: GivenRequests = {
  'GET /v1/admin/users/{id}': aboutAnother,
  'POST /v1/admin/users/{id}/suspend': aboutAnother,
  'POST /v1/admin/users/{id}/reinstate': aboutAnother,
};
