import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { Actor } from '../access/actor.js';
import { Audit } from '../audit/audit.service.js';
import { afterCommit } from '../database/after-commit.js';
import { type Tx, Transactions } from '../database/transactions.js';
import { currentRequest } from '../http/request-context.js';
import { QueueFull } from '../jobs/job.errors.js';
import { jobsConfig, type JobsConfig } from '../jobs/jobs.config.js';
import { Meter } from '../metering/meter.js';
import { Pages } from '../pagination/pages.js';
import { Signals } from '../signals/signals.js';
import { scope } from '../tenancy/scope.js';
import { carrierOfNow } from '../tracing/trace.js';
import type { UserJobKind } from './define-user-job.js';
import { CANCEL, CANCEL_ALL } from './job-statements.js';
import { UserJobEndings } from './user-job-endings.js';
import { UserJobHandlers } from './user-job-handlers.js';
import { JOB_CANCELLED, UserJobWorkers } from './user-job-workers.js';
import {
  type JobAccepted,
  type JobPage,
  type JobsQuery,
  type JobView,
  toJobAccepted,
  toJobView,
} from './user-job.dto.js';
import { UserJob } from './user-job.entity.js';
import { JobAlreadyRunning, JobEnded } from './user-job.errors.js';
import { jobBegun, jobCancelled } from './user-jobs.audit.js';

const INSERT = `
  INSERT INTO jobs (id, organization_id, user_id, kind, input, request_id, traceparent)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (organization_id, user_id, kind) WHERE status IN ('queued', 'running') DO NOTHING RETURNING id`;

/** In between a process knows what it has added itself: to count at each begin would cost more than the job's own row. */
const COUNT_EVERY_MS = 100;

/** Work that a user asks for, watches and can cancel. */
@Injectable()
export class UserJobs {
  private waiting = 0;
  private countedAt = -Infinity;

  constructor(
    @Inject(jobsConfig.KEY) private readonly config: JobsConfig,
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly pages: Pages,
    private readonly handlers: UserJobHandlers,
    private readonly endings: UserJobEndings,
    private readonly workers: UserJobWorkers,
    private readonly signals: Signals,
    private readonly audit: Audit,
    private readonly meter: Meter,
  ) {}

  /**
   * Begins a job in the transaction that asks for it. Of two of a kind that one user begins, constraint
   * `jobs_organization_id_user_id_kind_key` lets one through.
   * @param input at most 64 KiB as JSON
   * @throws {JobAlreadyRunning | QueueFull}
   */
  async begin<I extends object, R extends object>(
    tx: Tx,
    actor: Actor,
    { name }: UserJobKind<I, R>,
    input: NoInfer<I>,
  ): Promise<JobAccepted> {
    this.handlers.of(name);
    await this.demandRoom(tx);
    const id = uuidv7();
    const { organizationId, userId } = actor;
    const origin = [currentRequest()?.requestId, carrierOfNow()?.traceparent];
    const values = [id, organizationId, userId, name, JSON.stringify(input), ...origin];
    const inserted = await tx.query<object[]>(INSERT, values);
    if (inserted.length === 0) throw await this.alreadyRunning(tx, actor, name);
    await this.audit.record(tx, actor, jobBegun, { type: 'job', id });
    afterCommit(tx, () => this.workers.wake());
    return toJobAccepted(id, await this.meter.left(tx, actor));
  }

  /** Those that the actor has begun, newest first. */
  async list({ organizationId, userId }: Actor, { ids, ...request }: JobsQuery): Promise<JobPage> {
    const own = scope(this.dataSource.manager, { organizationId }).of(UserJob).select('job').where({ userId });
    const query = ids === undefined ? own : own.andWhere({ id: In(ids) });
    const { data, page } = await this.pages.read('jobs', { desc: ['id'] }, query, { ...request, ...(ids && { ids }) });
    return { data: data.map(toJobView), page };
  }

  /** @throws {NotFound} */
  async get({ organizationId, userId }: Actor, id: string): Promise<JobView> {
    const rows = scope(this.dataSource.manager, { organizationId }).of(UserJob);
    return toJobView(await rows.get({ id, userId }, 'The job'));
  }

  /** Ends it, whether somebody works on it or not. What it has committed stays. @throws {NotFound | JobEnded} */
  cancel(actor: Actor, id: string): Promise<JobView> {
    return this.transactions.run(async (tx) => {
      const [job] = await tx.query<UserJob[]>(CANCEL, [id, actor.organizationId, actor.userId]);
      if (job === undefined) return this.cancelledBefore(tx, actor, id);
      await this.endings.settle(tx, job);
      await this.audit.record(tx, actor, jobCancelled, { type: 'job', id });
      afterCommit(tx, () => this.signals.send(JOB_CANCELLED, id));
      return toJobView(job);
    });
  }

  /** Ends all that somebody has begun and that is not done, in whichever organization. */
  async cancelAll(tx: Tx, userId: string): Promise<void> {
    for (const job of await tx.query<UserJob[]>(CANCEL_ALL, [userId])) {
      await this.endings.settle(tx, job);
      afterCommit(tx, () => this.signals.send(JOB_CANCELLED, job.id));
    }
  }

  private async cancelledBefore(tx: Tx, { organizationId, userId }: Actor, id: string): Promise<JobView> {
    const job = await scope(tx, { organizationId }).of(UserJob).get({ id, userId }, 'The job');
    if (job.status !== 'cancelled') throw new JobEnded();
    return toJobView(job);
  }

  /** Those who ask at the same time in different instances may all get the last place. */
  private async demandRoom(tx: Tx): Promise<void> {
    if (performance.now() - this.countedAt > COUNT_EVERY_MS) await this.count(tx);
    if (this.waiting >= this.config.maxQueued) throw new QueueFull();
    this.waiting++;
  }

  /** No further than it matters. */
  private async count(tx: Tx): Promise<void> {
    const [{ waiting }] = await tx.query<[{ waiting: number }]>(
      // eslint-disable-next-line aerie/tenant-sql -- the queue is one for all organizations
      `SELECT count(*)::int AS waiting FROM (SELECT 1 FROM jobs WHERE status = 'queued' LIMIT $1) AS queued`,
      [this.config.maxQueued],
    );
    this.waiting = waiting;
    this.countedAt = performance.now();
  }

  private async alreadyRunning(tx: Tx, { organizationId, userId }: Actor, kind: string): Promise<JobAlreadyRunning> {
    const running = await scope(tx, { organizationId })
      .of(UserJob)
      .findOne({ where: { userId, kind, status: In(['queued', 'running']) } });
    return new JobAlreadyRunning(running?.id);
  }
}
