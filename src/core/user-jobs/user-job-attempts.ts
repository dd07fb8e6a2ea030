import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Transactions } from '../database/transactions.js';
import { attempt, Interrupted } from '../jobs/attempt.js';
import { jobsConfig, type JobsConfig } from '../jobs/jobs.config.js';
import { traced } from '../tracing/trace.js';
import { toFailure } from './job-failure.js';
import { FencedRun } from './fenced-run.js';
import { UserJobEndings } from './user-job-endings.js';
import { UserJobHandlers } from './user-job-handlers.js';
import type { UserJob } from './user-job.entity.js';
import { Superseded } from './user-job.errors.js';

interface Running {
  readonly job: UserJob;
  readonly interruption: AbortController;
  /** Somebody else has the job now, or has ended it */
  superseded: boolean;
}

/** The attempts that run in this process. */
@Injectable()
export class UserJobAttempts {
  private readonly running = new Map<string, Running>();
  private readonly promises = new Set<Promise<void>>();

  constructor(
    @Inject(jobsConfig.KEY) private readonly config: JobsConfig,
    private readonly transactions: Transactions,
    private readonly handlers: UserJobHandlers,
    private readonly endings: UserJobEndings,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(UserJobAttempts.name);
  }

  get size(): number {
    return this.promises.size;
  }

  get current(): UserJob[] {
    return [...this.running.values()].map(({ job }) => job);
  }

  /** Works on a job that was taken. Resolves when that is over, however it ended. */
  begin(job: UserJob): Promise<void> {
    const running: Running = { job, interruption: new AbortController(), superseded: false };
    this.running.set(job.id, running);
    const promise = this.work(running).catch((err: unknown) => {
      // It gives no sign of life any more, and will be found.
      this.logger.error({ err, kind: job.kind, jobId: job.id }, 'the end of a job could not be written down');
    });
    this.promises.add(promise);
    return promise.finally(() => {
      this.promises.delete(promise);
      if (this.running.get(job.id) === running) this.running.delete(job.id);
    });
  }

  /** Stops working on a job that is somebody else's now, or nobody's. */
  supersede(jobId: string): void {
    const running = this.running.get(jobId);
    if (running === undefined) return;
    running.superseded = true;
    running.interruption.abort();
  }

  /** Stops working on all of them: this process ends. */
  interrupt(): void {
    for (const { interruption } of this.running.values()) interruption.abort();
  }

  async whenDone(): Promise<void> {
    while (this.promises.size > 0) await Promise.all(this.promises);
  }

  private async work(running: Running): Promise<void> {
    const { job, interruption } = running;
    const { kind, provider } = this.handlers.of(job.kind);
    const timeoutMs = Math.min(kind.options.timeoutSeconds * 1_000, this.config.timeoutMs);
    const circumstances = { requestId: job.requestId ?? undefined, timeoutMs, interruption: interruption.signal };
    try {
      const result = await attempt(circumstances, (signal) =>
        traced(
          `job ${job.kind}`,
          job.traceparent === null ? undefined : { traceparent: job.traceparent },
          () => provider.handle(job.input, new FencedRun(this.transactions, job, signal)),
          { kind: 'consumer' },
        ),
      );
      await this.endings.succeed(job, result);
    } catch (thrown) {
      if (running.superseded || thrown instanceof Superseded) return;
      if (thrown instanceof Interrupted) return this.endings.giveBack(job);
      await this.transactions.run((tx) => this.endings.fail(tx, job, toFailure(thrown)));
    }
  }
}
