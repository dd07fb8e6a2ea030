import { randomUUID } from 'node:crypto';
import type { JobAccepted, JobView } from '../../src/core/user-jobs/user-job.dto.js';
import type { ApiClient } from './api-client.js';
import { TestApp } from './app.js';
import { sql } from './database.js';
import type { Environment } from './environment.js';
import { eventually } from './eventually.js';
import { REPORTS, ReportsModule } from './reports.js';

export type Body<T> = T & Record<string, unknown>;

/** An application in which users can have reports written. */
export async function startReports(env?: Environment): Promise<TestApp> {
  const test = await TestApp.start({ modules: [ReportsModule], env });
  await sql(test.databaseUrl, REPORTS);
  return test;
}

/** Asks for a report. */
export const begin = (api: ApiClient, report: object, key: string = randomUUID()) =>
  api.with({ 'idempotency-key': key }).post<Body<JobAccepted>>('/v1/test/reports', report);

/** @returns the id of its job */
export const begun = async (api: ApiClient, report: object) => (await begin(api, report)).body.jobId;

export const read = (api: ApiClient, id: string) => api.get<Body<JobView>>(`/v1/jobs/${id}`);

export const becomes = (api: ApiClient, id: string, expected: object, withinMs?: number) =>
  eventually(async () => expect((await read(api, id)).body).toMatchObject(expected), withinMs);
