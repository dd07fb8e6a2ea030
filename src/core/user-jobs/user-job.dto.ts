import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayNotEmpty } from 'class-validator';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IfPresent, IsId } from '../http/fields.js';
import { PageInfo, PageQuery } from '../pagination/page.dto.js';
import { JOB_STATUSES, type JobStatus, type UserJob } from './user-job.entity.js';

const MOST_IDS = 100;

/** Why a job has failed, for its user: one of the codes of this API, or TIMEOUT, WORKER_LOST or JOB_FAILED. */
interface JobFailure {
  readonly code: string;
  readonly message: string;
}

/** A job, as its user sees it. */
export class JobView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  @ApiProperty({ maxLength: 100 })
  kind: string;

  @ApiProperty({ enum: JOB_STATUSES })
  status: JobStatus;

  /** Percent */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100 })
  progress: number;

  /** What it has found, of a shape that depends on its kind; null until it has succeeded */
  @ApiProperty({ type: 'object', additionalProperties: true, maxProperties: 1_000, nullable: true })
  result: object | null;

  /** Null unless it has failed */
  @ApiProperty({
    type: 'object',
    nullable: true,
    required: ['code', 'message'],
    properties: { code: { type: 'string', maxLength: 50 }, message: { type: 'string', maxLength: 500 } },
    additionalProperties: false,
  })
  error: JobFailure | null;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  createdAt: string;

  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  startedAt: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  endedAt: string | null;
}

/** The answer to a request that has begun a job. */
export class JobAccepted {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  jobId: string;

  /** Where to ask how far it is */
  @ApiProperty({ maxLength: 100 })
  statusUrl: string;

  /** Credits that are left, or null where nothing is metered */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, nullable: true })
  creditsRemaining: number | null;
}

export class JobsQuery extends PageQuery {
  /** Only these, separated by commas: one request instead of one for each */
  @ApiPropertyOptional({ type: 'array', items: { type: 'string', format: 'uuid', maxLength: 36 }, maxItems: MOST_IDS })
  @Transform(({ value }) => (typeof value === 'string' ? value.split(',') : (value as unknown)))
  @IfPresent()
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_IDS)
  @IsId({ each: true })
  ids?: string[];
}

export class JobPage {
  @ApiProperty({ type: [JobView], maxItems: 100 })
  data: JobView[];

  page: PageInfo;
}

export function toJobView(job: UserJob): JobView {
  return {
    id: job.id,
    kind: job.kind,
    status: job.status,
    progress: job.progress,
    result: job.result,
    error: job.errorCode === null ? null : { code: job.errorCode, message: job.errorMessage ?? '' },
    createdAt: job.createdAt.toISOString(),
    startedAt: job.startedAt?.toISOString() ?? null,
    endedAt: job.endedAt?.toISOString() ?? null,
  };
}

export function toJobAccepted(jobId: string, creditsRemaining: number | null): JobAccepted {
  return { jobId, statusUrl: `/v1/jobs/${jobId}`, creditsRemaining };
}
