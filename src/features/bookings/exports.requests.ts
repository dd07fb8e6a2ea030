import type { GivenRequests, Owner } from '../../../test/harness/valid-requests.js';
import type { TestApp } from '../../../test/harness/app.js';
import { ExportLinks } from './export-links.js';
import { exportOf } from './exports.harness.js';

async function linkOf({ actor }: Owner, test: TestApp) {
  const id = await exportOf(test, actor);
  const { url } = test.app.get(ExportLinks, { strict: false }).to(id, actor);
  return { params: { id }, query: { signature: new URL(url, test.url).searchParams.get('signature') ?? '' } };
}

// No route makes a file, but a job.
export const requests: GivenRequests = {
  'GET /v1/bookings/exports/{id}': async ({ actor }, test) => ({ params: { id: await exportOf(test, actor) } }),
  'GET /v1/bookings/exports/{id}/file': linkOf,
};
