import type { GivenRequests } from '../../../test/harness/valid-requests.js';

export const requests: GivenRequests = {
  // Any version would do that is the last: whoever asks first has seen none.
  'PATCH /v1/users/me/preferences': () => ({ body: { version: 0, notifications: { email: false } } }),
};
