import type { JobPage } from '../../core/user-jobs/user-job.dto.js';
import type { Given, GivenRequests, Owner } from '../../../test/harness/valid-requests.js';
import type { TestApp } from '../../../test/harness/app.js';
import { ExportLinks } from './export-links.js';
import { exportOf } from './exports.harness.js';

async function linkOf({ actor }: Owner, test: TestApp) {
  const id = await exportOf(test, actor);
  const { url } = test.app.get(ExportLinks, { strict: false }).to(id, actor);
  return { params: { id }, query: { signature: new URL(url, test.url).searchParams.get('signature') ?? '' } };
}

/** Of two exports that somebody asks for the second waits until the first has ended. */
async function endExports({ api }: Owner): Promise<Given> {
  const { body } = await api.get<Record<string, unknown> & JobPage>('/v1/jobs');
  for (const { id } of body.data) await api.post(`/v1/jobs/${id}/cancel`);
  return {};
}

export const requests: GivenRequests = {
  'POST /v1/bookings/exports': endExports,
  // No route makes a file, but a job.
  'GET /v1/bookings/exports/{id}': async ({ actor }, test) => ({ params: { id: await exportOf(test, actor) } }),
  'GET /v1/bookings/exports/{id}/file': linkOf,
};
