import { Body, Controller, HttpCode, HttpStatus, Injectable, Module, Post } from '@nestjs/common';
import { ApiAcceptedResponse } from '@nestjs/swagger';
import { setTimeout as sleep } from 'node:timers/promises';
import { CurrentActor, RequiresRole } from '../../src/core/access/access.decorators.js';
import type { Actor } from '../../src/core/access/actor.js';
import type { Tx } from '../../src/core/database/transactions.js';
import { Forbidden } from '../../src/core/access/access.errors.js';
import { Throws } from '../../src/core/http/openapi.js';
import { IdempotencyKey } from '../../src/core/idempotency/idempotency-key.decorator.js';
import { Idempotency } from '../../src/core/idempotency/idempotency.service.js';
import { QueueFull } from '../../src/core/jobs/job.errors.js';
import { defineUserJob } from '../../src/core/user-jobs/define-user-job.js';
import {
  type HandlesUserJob,
  UserJobHandler,
  type UserJobRun,
} from '../../src/core/user-jobs/user-job-handler.decorator.js';
import { JobAccepted } from '../../src/core/user-jobs/user-job.dto.js';
import type { UserJob } from '../../src/core/user-jobs/user-job.entity.js';
import { JobAlreadyRunning } from '../../src/core/user-jobs/user-job.errors.js';
import { UserJobs } from '../../src/core/user-jobs/user-jobs.service.js';
import { Report, ReportRequest } from './reports.dto.js';

/** Where reports leave what they have written, and what was paid back for those that were not. */
export const REPORTS = `
CREATE TABLE test_report_pages (job_id uuid NOT NULL, page int NOT NULL, process int NOT NULL);
CREATE TABLE test_refunds (job_id uuid PRIMARY KEY, status text NOT NULL)`;

export const writeReport = defineUserJob('test-report.write', ReportRequest, Report, { backoffSeconds: 1 });

/** How many reports are written in this process at this moment, and how many were at most. */
export const writing = { now: 0, most: 0 };

@Injectable()
@UserJobHandler(writeReport)
export class ReportWriter implements HandlesUserJob<ReportRequest, Report> {
  async handle({ pages, pace = 0, ending }: ReportRequest, run: UserJobRun): Promise<Report> {
    writing.most = Math.max(writing.most, ++writing.now);
    try {
      for (let page = 1; page <= pages; page++) {
        await sleep(pace, undefined, { signal: run.signal });
        await run.transaction((tx) =>
          tx.query('INSERT INTO test_report_pages VALUES ($1, $2, $3)', [run.jobId, page, process.pid]),
        );
        await run.progress((100 * page) / pages);
      }
      if (ending === 'breaks') throw new Error('the printer of somebody@example.org is on fire at 10.1.2.3');
      if (ending === 'refused') throw new Forbidden();
      if (ending === 'hangs') await new Promise(() => undefined);
      return { pages };
    } finally {
      writing.now--;
    }
  }

  async settle(tx: Tx, { id, status }: UserJob): Promise<void> {
    if (status !== 'succeeded') await tx.query('INSERT INTO test_refunds VALUES ($1, $2)', [id, status]);
  }
}

@Controller('test/reports')
@RequiresRole('member')
export class ReportsController {
  constructor(
    private readonly idempotency: Idempotency,
    private readonly jobs: UserJobs,
  ) {}

  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiAcceptedResponse({ type: JobAccepted })
  @Throws(JobAlreadyRunning, QueueFull)
  begin(
    @CurrentActor() actor: Actor,
    @Body() request: ReportRequest,
    @IdempotencyKey() key: string,
  ): Promise<JobAccepted> {
    return this.idempotency.once({ actor, operation: 'test.reports', key, request }, (tx) =>
      this.jobs.begin(tx, actor, writeReport, request),
    );
  }
}

@Module({ controllers: [ReportsController], providers: [ReportWriter] })
export class ReportsModule {}
