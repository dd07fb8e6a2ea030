import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { type Tx, Transactions } from '../database/transactions.js';
import { ErrorReports } from '../error-tracking/error-reports.js';
import { AppError } from '../errors/app-error.js';
import type { EventType } from '../events/define-event.js';
import { Events } from '../events/events.service.js';
import { Metrics } from '../metrics/metrics.js';
import { type News, Notifications } from '../notifications/notifications.service.js';
import { userRoom } from '../realtime/room.js';
import { Rooms } from '../realtime/rooms.js';
import { BEGIN_AGAIN, END } from './job-statements.js';
import { type Failure, isWorthAnother } from './job-failure.js';
import { UserJobHandlers } from './user-job-handlers.js';
import { type JobView, toJobView } from './user-job.dto.js';
import type { JobStatus, UserJob } from './user-job.entity.js';
import { jobCancelled, jobFailed, jobSucceeded } from './user-job.events.js';

/** What sockets of the user hear it as, with the job as its route shows it but for its result. */
const JOB_ENDED = 'job.ended';

const EVENTS: Partial<Record<JobStatus, EventType<JobView>>> = {
  succeeded: jobSucceeded,
  failed: jobFailed,
  cancelled: jobCancelled,
};

/** Ends jobs, each in one transaction: its state, what its kind settles, and the event that tells of it. */
@Injectable()
export class UserJobEndings {
  private readonly ended;

  constructor(
    private readonly transactions: Transactions,
    private readonly handlers: UserJobHandlers,
    private readonly events: Events,
    private readonly notifications: Notifications,
    private readonly rooms: Rooms,
    private readonly reports: ErrorReports,
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    logger.setContext(UserJobEndings.name);
    this.ended = metrics.counter('jobs_ended_total', 'Jobs of users, by how they ended', ['kind', 'status']);
  }

  /** @param result plain JSON, at most 64 KiB */
  async succeed(job: UserJob, result: object): Promise<void> {
    await this.transactions.run((tx) => this.end(tx, job, 'succeeded', JSON.stringify(result ?? {})));
  }

  /** Lets it be begun anew, if that may help and its kind still allows it; else it has failed. */
  async fail(tx: Tx, job: UserJob, failure: Failure): Promise<void> {
    const { attempts, backoffSeconds } = this.handlers.of(job.kind).kind.options;
    const line = { kind: job.kind, jobId: job.id, requestId: job.requestId, attempt: job.attempt, code: failure.code };
    if (isWorthAnother(failure) && job.failures + 1 < attempts) {
      this.logger.warn({ ...line, err: failure.cause }, 'job failed and is begun anew');
      return this.beginAgain(tx, job, backoffSeconds * 2 ** job.failures * (0.75 + Math.random() / 2), 1);
    }
    this.tell(job, failure, line);
    await this.end(tx, job, 'failed', null, failure);
  }

  /** As if it had not been begun: that a process stops is no failure of its jobs. */
  async giveBack(job: UserJob): Promise<void> {
    await this.transactions.run((tx) => this.beginAgain(tx, job, 0, 0));
  }

  /** What belongs into the transaction in which a job has just ended. */
  async settle(tx: Tx, job: UserJob): Promise<void> {
    const { kind, provider } = this.handlers.of(job.kind);
    await provider.settle?.(tx, job);
    const event = EVENTS[job.status];
    if (event) await this.events.publish(tx, job, event, toJobView(job));
    // What it has found may be large, and is there to be read.
    this.rooms.publish(tx, userRoom(job.userId), JOB_ENDED, { ...toJobView(job), result: null });
    const news = kind.options.notifies ? newsOf(job) : undefined;
    if (news) await this.notifications.notify(tx, job, news);
    this.ended.inc({ kind: job.kind, status: job.status });
  }

  /** An error of ours was meant for the user; whatever else it was is for us. */
  private tell({ kind, requestId }: UserJob, { cause }: Failure, line: object): void {
    if (cause instanceof AppError && cause.kind !== 'internal') return this.logger.info(line, 'job failed');
    this.logger.error({ ...line, err: cause, alert: true }, 'job failed');
    this.reports.report(cause, { code: 'JOB_FAILED', requestId: requestId ?? undefined, place: `job ${kind}` });
  }

  private async end(tx: Tx, job: UserJob, status: JobStatus, result: string | null, failure?: Failure): Promise<void> {
    const { id, organizationId, attempt } = job;
    const error = [failure?.code ?? null, failure?.message ?? null];
    const [ended] = await tx.query<UserJob[]>(END, [id, organizationId, attempt, status, result, ...error]);
    // Superseded: whoever did that has told everybody.
    if (ended) await this.settle(tx, ended);
  }

  private async beginAgain(
    tx: Tx,
    { id, organizationId, attempt }: UserJob,
    afterSeconds: number,
    counts: 0 | 1,
  ): Promise<void> {
    await tx.query(BEGIN_AGAIN, [id, organizationId, attempt, afterSeconds, counts]);
  }
}

/** Who has cancelled it knows. */
function newsOf({ kind, status, errorMessage }: UserJob): News | undefined {
  if (status === 'succeeded') return { kind: 'job.succeeded', title: `${kind} is done`, text: 'Your job is done.' };
  if (status !== 'failed') return undefined;
  return { kind: 'job.failed', title: `${kind} has failed`, text: errorMessage ?? 'Your job has failed.' };
}
