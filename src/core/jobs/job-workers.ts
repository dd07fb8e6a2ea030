import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Job, JobResult } from 'pg-boss';
import { within } from '../database/within.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { traced } from '../tracing/trace.js';
import { attempt, Interrupted } from './attempt.js';
import type { JobKind } from './define-job.js';
import { JobHandlers, type JobProvider } from './job-handlers.js';
import { JobOutcomes } from './job-outcomes.js';
import { jobsConfig, type JobsConfig } from './jobs.config.js';
import { Lookout } from './lookout.js';
import { Queues } from './queues.js';
import type { StoredJob } from './stored-job.js';

/** The lookout finds work much sooner: this is for when it cannot. */
const LOOK_EVERY_SECONDS = 60;
/** What a process that stops still finishes; the rest is done elsewhere. */
const DRAIN_MS = 3_000;

/** Does the work: for each kind a few at a time, and of all kinds together no more than this process may. */
@Injectable()
export class JobWorkers implements OnApplicationBootstrap {
  private readonly workers = new Map<string, string>();
  private readonly stopping = new AbortController();
  private readonly slots?: LimitFunction;

  constructor(
    @Inject(jobsConfig.KEY) { concurrency }: JobsConfig,
    private readonly queues: Queues,
    private readonly handlers: JobHandlers,
    private readonly outcomes: JobOutcomes,
    private readonly lookout: Lookout,
    private readonly shutdown: Shutdown,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(JobWorkers.name);
    if (concurrency > 0) this.slots = pLimit(concurrency);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.slots === undefined) return;
    await this.queues.open();
    for (const handler of this.handlers.all()) await this.work(handler, this.slots);
    this.lookout.begin([...this.workers.keys()], (queue) => this.wake({ name: queue }));
    this.shutdown.register('workers', 'jobs', () => this.drain());
  }

  /** Lets this process look for work of this kind now. */
  wake({ name }: Pick<JobKind<object>, 'name'>): void {
    const worker = this.workers.get(name);
    if (worker !== undefined) this.queues.boss.notifyWorker(worker);
  }

  private async work(handler: JobProvider, slots: LimitFunction): Promise<void> {
    const { name, options } = handler.kind;
    const worker = await this.queues.boss.work<StoredJob>(
      name,
      {
        batchSize: options.concurrency,
        burstWhenBatchFull: true,
        pollingIntervalSeconds: LOOK_EVERY_SECONDS,
        perJobResults: true,
      },
      (jobs) => Promise.all(jobs.map((job) => slots(() => this.attempt(handler, job)))),
    );
    this.workers.set(name, worker);
  }

  private async attempt({ kind, provider }: JobProvider, job: Job<StoredJob>): Promise<JobResult> {
    const { payload, requestId, trace } = job.data;
    const run = { jobId: job.id, attempt: job.retryCount + 1 };
    const circumstances = {
      requestId,
      timeoutMs: kind.options.timeoutSeconds * 1_000,
      interruption: this.stopping.signal,
    };
    const started = performance.now();
    const work = (signal: AbortSignal) =>
      traced(`job ${kind.name}`, trace, () => provider.handle(payload, { ...run, signal }), { kind: 'consumer' });
    const failure = await attempt(circumstances, work).then(
      () => undefined,
      (thrown: unknown) => ({ thrown }),
    );
    if (failure?.thrown instanceof Interrupted) await this.giveBack(job);
    return this.outcomes.of(kind, job, failure, performance.now() - started);
  }

  /** As if it had not been begun: that this process stops is no failure of the job. */
  private async giveBack({ name, id, retryCount }: Job<StoredJob>): Promise<void> {
    await this.queues.giveBack(name, id, retryCount).catch((err: unknown) => {
      // Its heartbeat ends with this process, and somebody else finds it.
      this.logger.warn({ err, kind: name, jobId: id }, 'job not given back');
    });
  }

  private async drain(): Promise<void> {
    const stopped = Promise.all([...this.workers.keys()].map((name) => this.queues.boss.offWork(name)));
    await within(DRAIN_MS, stopped).catch(() => this.stopping.abort());
    await stopped;
  }
}
