import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { Job, JobResult } from 'pg-boss';
import { Alerts } from '../alerts/alerts.js';
import { ErrorReports } from '../error-tracking/error-reports.js';
import { serializeError } from '../logging/serialize-error.js';
import { Metrics } from '../metrics/metrics.js';
import { Interrupted } from './attempt.js';
import type { JobKind } from './define-job.js';
import { PermanentFailure } from './job.errors.js';
import type { StoredJob } from './stored-job.js';

type Outcome = 'done' | 'failed' | 'dead' | 'interrupted';

const DURATION_BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1_800];

/** Judges an attempt: what becomes of the job, who is told, and what is counted. */
@Injectable()
export class JobOutcomes {
  private readonly attempts;
  private readonly durations;

  constructor(
    metrics: Metrics,
    private readonly reports: ErrorReports,
    private readonly alerts: Alerts,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(JobOutcomes.name);
    this.attempts = metrics.counter('job_attempts_total', 'Attempts at background jobs, by how they ended', [
      'kind',
      'outcome',
    ]);
    this.durations = metrics.histogram(
      'job_duration_seconds',
      'How long an attempt at a background job took',
      ['kind'],
      DURATION_BUCKETS,
    );
  }

  of(
    kind: JobKind<object>,
    job: Job<StoredJob>,
    failure: { readonly thrown: unknown } | undefined,
    durationMs: number,
  ): JobResult {
    const outcome = judge(kind, job, failure);
    this.attempts.inc({ kind: kind.name, outcome });
    this.durations.observe({ kind: kind.name }, durationMs / 1_000);
    if (failure === undefined) return { id: job.id, status: 'completed' };
    const { requestId } = job.data;
    const line = { kind: kind.name, jobId: job.id, requestId, attempt: job.retryCount + 1 };
    if (outcome === 'dead') {
      this.logger.error({ ...line, err: failure.thrown, alert: true }, 'job is dead');
      this.reports.report(failure.thrown, { code: 'JOB_DEAD', requestId, place: `job ${kind.name}` });
      const title = `A job ${kind.name} is dead`;
      this.alerts.raise({
        key: `job.dead.${kind.name}`,
        title,
        text: `Nobody could do job ${job.id}.`,
        severity: 'critical',
      });
    } else this.logger.warn({ ...line, err: failure.thrown }, `job ${outcome}`);
    // What was given back already is nobody's to settle, and pg-boss sees that.
    return { id: job.id, status: outcome === 'dead' ? 'deadletter' : 'failed', output: toOutput(failure.thrown) };
  }
}

function judge(
  { options }: JobKind<object>,
  { retryCount }: Job<StoredJob>,
  failure: { readonly thrown: unknown } | undefined,
): Outcome {
  if (failure === undefined) return 'done';
  if (failure.thrown instanceof Interrupted) return 'interrupted';
  return failure.thrown instanceof PermanentFailure || retryCount >= options.retries ? 'dead' : 'failed';
}

/** What operators see of it in the table: no values, no stack. */
function toOutput(thrown: unknown): { type: string; message: string } {
  const { type, message } = serializeError(thrown);
  return { type, message: message.slice(0, 500) };
}
