import { defineEvent } from '../events/define-event.js';
import { JobView } from './user-job.dto.js';

export const jobSucceeded = defineEvent('job.succeeded', JobView, { public: true });
export const jobFailed = defineEvent('job.failed', JobView, { public: true });
export const jobCancelled = defineEvent('job.cancelled', JobView, { public: true });
