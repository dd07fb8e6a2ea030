import type { GivenRequests } from '../../../test/harness/valid-requests.js';

export const requests: GivenRequests = {
  'POST /v1/billing/credits/checkout': () => ({ body: { pack: 'small' } }),
  'POST /v1/admin/organizations/{id}/credits': ({ actor }) => ({ params: { id: actor.organizationId } }),
};
