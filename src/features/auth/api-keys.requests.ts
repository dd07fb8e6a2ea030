import type { GivenRequests } from '../../../test/harness/valid-requests.js';

export const requests: GivenRequests = {
  'POST /v1/api-keys': () => ({ body: { name: 'Nightly export', scopes: ['users:read'] } }),
};
