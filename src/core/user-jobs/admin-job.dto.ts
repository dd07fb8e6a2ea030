import { IsIn } from 'class-validator';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IfPresent } from '../http/fields.js';
import { PageInfo, PageQuery } from '../pagination/page.dto.js';
import { JobView, toJobView } from './user-job.dto.js';
import { JOB_STATUSES, type JobStatus, type UserJob } from './user-job.entity.js';

/** A job, as an administrator sees it. */
export class AdminJobView extends JobView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  organizationId: string;

  @ApiProperty({ format: 'uuid', maxLength: 36 })
  userId: string;

  /** How often it was begun */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 2 ** 31 - 1 })
  attempt: number;

  /** Of the request that asked for it */
  @ApiProperty({ type: 'string', maxLength: 128, nullable: true })
  requestId: string | null;

  /** When its worker last gave a sign of life; null unless it runs */
  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  heartbeatAt: string | null;
}

export class AdminJobsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: JOB_STATUSES })
  @IfPresent()
  @IsIn(JOB_STATUSES)
  status?: JobStatus;
}

export class AdminJobPage {
  @ApiProperty({ type: [AdminJobView], maxItems: 100 })
  data: AdminJobView[];

  page: PageInfo;
}

/** Without what the job has found, which is its user's. */
export function toAdminJobView(job: UserJob): AdminJobView {
  const { organizationId, userId, attempt, requestId, heartbeatAt } = job;
  return {
    ...toJobView(job),
    result: null,
    organizationId,
    userId,
    attempt,
    requestId,
    heartbeatAt: heartbeatAt?.toISOString() ?? null,
  };
}
