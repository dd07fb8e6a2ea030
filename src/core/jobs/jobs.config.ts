import type { ConfigType } from '@nestjs/config';
import { defineConfig } from '../config/define-config.js';
import { integer } from '../config/rules.js';
import { env } from '../config/variable.js';

export const jobsConfig = defineConfig('jobs', {
  concurrency: env(
    'JOBS_CONCURRENCY',
    integer(0, 100).default(10),
    'Jobs of users, and as many background jobs, that this process works on at the same time; 0 for a process that works on none',
  ),
  maxQueued: env(
    'JOBS_MAX_QUEUED',
    integer(1, 1_000_000).default(1_000),
    'Jobs of users that may wait, of all users together; then 503 QUEUE_FULL',
  ),
  timeoutMs: env(
    'JOB_TIMEOUT_MS',
    integer(1_000, 1_800_000).default(1_800_000),
    'Longest time that one job of a user may take, in milliseconds',
  ),
  lostAfterMs: env(
    'JOB_LOST_AFTER_MS',
    integer(1_000, 600_000).default(60_000),
    'After this long without a sign of life from its worker, a job of a user is taken from it, in milliseconds',
  ),
});

export type JobsConfig = ConfigType<typeof jobsConfig>;
