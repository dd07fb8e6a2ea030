import { defineError, Violates } from '../errors/define-error.js';

@Violates('jobs_organization_id_user_id_kind_key')
export class JobAlreadyRunning extends defineError('conflict', 'JOB_ALREADY_RUNNING') {
  /** @param jobId the one that is not done yet */
  constructor(jobId?: string) {
    super('Such a job of yours is not done yet: wait for it, or cancel it.', jobId ? { details: { jobId } } : {});
  }
}

export class JobEnded extends defineError('conflict', 'JOB_ENDED') {
  constructor() {
    super('The job has ended already.');
  }
}

/** This attempt is not the one that counts any more: the job was cancelled, or somebody else has begun it anew. */
export class Superseded extends Error {}
