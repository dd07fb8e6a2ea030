import { Body, Controller, HttpCode, HttpStatus, Injectable, Module, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse } from '@nestjs/swagger';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CurrentActor, RequiresRole } from '../../src/core/access/access.decorators.js';
import type { Actor } from '../../src/core/access/actor.js';
import { type Tx, Transactions } from '../../src/core/database/transactions.js';
import { Throws } from '../../src/core/http/openapi.js';
import { IdempotencyKey } from '../../src/core/idempotency/idempotency-key.decorator.js';
import { Idempotency } from '../../src/core/idempotency/idempotency.service.js';
import { QueueFull } from '../../src/core/jobs/job.errors.js';
import { Meter } from '../../src/core/metering/meter.js';
import { InsufficientCredits } from '../../src/core/metering/metering.errors.js';
import { Outbound } from '../../src/core/outbound/outbound.js';
import { type Upstream, UPSTREAM_ERRORS } from '../../src/core/outbound/upstream.js';
import { defineUserJob } from '../../src/core/user-jobs/define-user-job.js';
import { type HandlesUserJob, UserJobHandler } from '../../src/core/user-jobs/user-job-handler.decorator.js';
import { JobAccepted } from '../../src/core/user-jobs/user-job.dto.js';
import type { UserJob } from '../../src/core/user-jobs/user-job.entity.js';
import { JobAlreadyRunning } from '../../src/core/user-jobs/user-job.errors.js';
import { UserJobs } from '../../src/core/user-jobs/user-jobs.service.js';
import { MeteredInput, MeteredResult, MeteredWork, Move, MoveOutcome } from './metered.dto.js';

export const doMeteredWork = defineUserJob('test-metered.work', MeteredInput, MeteredResult, { attempts: 1 });

/** Takes what was reserved when it is done, and gives it back however else it ends. */
@Injectable()
@UserJobHandler(doMeteredWork)
export class MeteredWorker implements HandlesUserJob<MeteredInput, MeteredResult> {
  constructor(private readonly meter: Meter) {}

  async handle({ ending }: MeteredInput): Promise<MeteredResult> {
    await sleep(50);
    if (ending === 'breaks') throw new Error('it broke midway');
    if (ending === 'hangs') await new Promise(() => undefined);
    return {};
  }

  async settle(tx: Tx, job: UserJob): Promise<void> {
    const { reference } = job.input as MeteredInput;
    if (job.status === 'succeeded') await this.meter.capture(tx, job, reference);
    else await this.meter.release(tx, job, reference);
  }
}

@Controller('test/metered')
@RequiresRole('member')
export class MeteredController {
  private readonly needed?: Upstream;

  constructor(
    private readonly transactions: Transactions,
    private readonly idempotency: Idempotency,
    private readonly meter: Meter,
    private readonly jobs: UserJobs,
    outbound: Outbound,
  ) {
    const url = process.env.TEST_UPSTREAM_URL;
    if (url !== undefined) this.needed = outbound.upstream('test-needed', { url, attempts: 1, timeoutMs: 500 });
  }

  @Post('moves')
  @HttpCode(200)
  @ApiOkResponse({ type: MoveOutcome })
  @Throws(InsufficientCredits)
  async move(@CurrentActor() actor: Actor, @Body() { move, reference, amount }: Move): Promise<MoveOutcome> {
    const moved = await this.transactions.run(async (tx): Promise<unknown> => {
      if (move === 'capture') return this.meter.capture(tx, actor, reference);
      if (move === 'release') return this.meter.release(tx, actor, reference);
      return this.meter[move](tx, actor, { reference, amount });
    });
    return { moved: moved !== false };
  }

  /** What it needs is asked before anything is taken, and outside of the transaction. */
  @Post('jobs')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiAcceptedResponse({ type: JobAccepted })
  @Throws(InsufficientCredits, JobAlreadyRunning, QueueFull, ...UPSTREAM_ERRORS)
  async begin(
    @CurrentActor() actor: Actor,
    @Body() request: MeteredWork,
    @IdempotencyKey() key: string,
  ): Promise<JobAccepted> {
    if (this.needed) (await this.needed.request({ method: 'GET', path: '/' })).demandOk();
    const reference = `test-metered:${randomUUID()}`;
    return this.idempotency.once({ actor, operation: 'test.metered', key, request }, async (tx) => {
      await this.meter.reserve(tx, actor, { reference, amount: request.cost });
      return this.jobs.begin(tx, actor, doMeteredWork, { reference, ending: request.ending ?? 'done' });
    });
  }
}

@Module({ controllers: [MeteredController], providers: [MeteredWorker] })
export class MeteredModule {}
