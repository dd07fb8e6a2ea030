import { randomUUID } from 'node:crypto';
import type { Actor } from '../../src/core/access/actor.js';
import type { JobAccepted } from '../../src/core/user-jobs/user-job.dto.js';
import { ACTOR_HEADER } from './actors.js';
import type { ApiClient } from './api-client.js';
import { sql } from './database.js';
import type { Move, MoveOutcome } from './metered.dto.js';

type Body<T> = T & Record<string, unknown>;

/** The same client, as somebody else of the same organization, who need not exist there. */
export const asColleague = (api: ApiClient, actor: Actor, { userId }: Actor): ApiClient =>
  api.with({ [ACTOR_HEADER]: JSON.stringify({ ...actor, userId }) });

export const move = (api: ApiClient, request: Move) => api.post<Body<MoveOutcome>>('/v1/test/metered/moves', request);

/** Asks for work that costs something. */
export const begin = (api: ApiClient, work: object, key: string = randomUUID()) =>
  api.with({ 'idempotency-key': key }).post<Body<JobAccepted>>('/v1/test/metered/jobs', work);

export const jobsOf = (databaseUrl: string, { organizationId }: Actor) =>
  sql<{ id: string; status: string }>(databaseUrl, 'SELECT id, status FROM jobs WHERE organization_id = $1', [
    organizationId,
  ]);
