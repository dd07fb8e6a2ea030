import { addRows, statementsOfFiles } from '../../../test/harness/row-files.js';
import { sql } from '../../../test/harness/database.js';
import type { GivenRequests } from '../../../test/harness/valid-requests.js';

const DELIVERIES = 'GET /v1/webhook-endpoints/{id}/deliveries';

/** A name that leads nowhere: nothing is sent by a crawl. */
const url = 'https://receiver.invalid/hooks';

export const requests: GivenRequests = {
  'POST /v1/webhook-endpoints': () => ({ body: { url, description: 'Accounting', eventTypes: ['*'] } }),
  'PATCH /v1/webhook-endpoints/{id}': () => ({ body: { url, description: 'Accounting' } }),
  'POST /v1/webhook-deliveries/{id}/replay': async ({ actor }, { databaseUrl }) => {
    const endpoint = await addRows(databaseUrl, statementsOfFiles().get(DELIVERIES) ?? '', actor, 1);
    const [delivery] = await sql<{ id: string }>(
      databaseUrl,
      'SELECT id FROM webhook_deliveries WHERE organization_id = $1 AND endpoint_id = $2',
      [actor.organizationId, endpoint.id],
    );
    return { params: { id: delivery?.id ?? '' } };
  },
};
