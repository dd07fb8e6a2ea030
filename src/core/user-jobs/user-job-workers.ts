import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { TooLate, within } from '../database/within.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { jobsConfig, type JobsConfig } from '../jobs/jobs.config.js';
import { Metrics } from '../metrics/metrics.js';
import { Signals } from '../signals/signals.js';
import { BEGIN } from './job-statements.js';
import { UserJobAttempts } from './user-job-attempts.js';
import { UserJobHandlers } from './user-job-handlers.js';
import type { UserJob } from './user-job.entity.js';

/** Tells the process that works on a job, whichever it is, that nobody wants it any more. */
export const JOB_CANCELLED = 'job.cancelled';
/** How long a job that another instance has accepted may go unnoticed; one's own is noticed at once. */
const LOOK_EVERY_MS = 1_000;
/** What a process that stops still finishes; the rest is begun anew elsewhere. */
const DRAIN_MS = 3_000;

/** Takes jobs that wait, as many as this process may work on at the same time. */
@Injectable()
export class UserJobWorkers implements OnModuleInit, OnApplicationBootstrap {
  private awake = Promise.withResolvers<void>();
  private stopping = false;

  constructor(
    @Inject(jobsConfig.KEY) private readonly config: JobsConfig,
    private readonly dataSource: DataSource,
    private readonly handlers: UserJobHandlers,
    private readonly attempts: UserJobAttempts,
    private readonly signals: Signals,
    private readonly shutdown: Shutdown,
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    logger.setContext(UserJobWorkers.name);
    metrics.gauge('jobs_running', 'Jobs of users that this process works on', () => this.attempts.size);
  }

  onModuleInit(): void {
    this.signals.on(JOB_CANCELLED, (jobId) => this.attempts.supersede(jobId));
  }

  onApplicationBootstrap(): void {
    if (this.config.concurrency === 0 || this.handlers.kinds.length === 0) return;
    const working = this.work();
    this.shutdown.register('workers', 'jobs of users', async () => {
      this.stopping = true;
      this.wake();
      await working;
      await within(DRAIN_MS, this.attempts.whenDone()).catch(() => this.attempts.interrupt());
      await this.attempts.whenDone();
    });
  }

  /** Lets this process look for jobs now. */
  wake(): void {
    this.awake.resolve();
  }

  private async work(): Promise<void> {
    while (!this.stopping) {
      this.awake = Promise.withResolvers();
      const free = this.config.concurrency - this.attempts.size;
      const jobs = free > 0 ? await this.take(free) : [];
      for (const job of jobs) void this.attempts.begin(job).then(() => this.wake());
      // A full haul promises more.
      if (free === 0 || jobs.length < free) await within(LOOK_EVERY_MS, this.awake.promise).catch(isTime);
    }
  }

  private async take(most: number): Promise<UserJob[]> {
    try {
      return await this.dataSource.query<UserJob[]>(BEGIN, [this.handlers.kinds, most]);
    } catch (err) {
      this.logger.warn({ err }, 'no jobs can be taken');
      await sleep(LOOK_EVERY_MS, undefined, { ref: false });
      return [];
    }
  }
}

function isTime(thrown: unknown): void {
  if (!(thrown instanceof TooLate)) throw thrown;
}
