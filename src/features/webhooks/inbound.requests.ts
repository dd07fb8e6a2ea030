import { newEvent, PROVIDER, signed } from '../../../test/harness/signed-events.js';
import type { GivenRequests } from '../../../test/harness/valid-requests.js';

export const requests: GivenRequests = {
  'POST /webhooks/{provider}': () => {
    const event = newEvent();
    const headers = { 'content-type': 'application/json', ...signed(JSON.stringify(event)) };
    return { params: { provider: PROVIDER }, body: { ...event }, headers };
  },
};
