import { METRICS } from '../../../test/harness/process.js';
import type { GivenRequests } from '../../../test/harness/valid-requests.js';

export const requests: GivenRequests = {
  'GET /metrics': () => ({ headers: { authorization: `Bearer ${METRICS.env.METRICS_TOKEN}` } }),
};
