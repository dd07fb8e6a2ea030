import { Injectable } from '@nestjs/common';
import { defineJob } from '../jobs/define-job.js';
import { type Handles, JobHandler, type Run } from '../jobs/job-handler.decorator.js';
import { Retention } from './retention.js';

class Nothing {}

/** Every hour, and so every night too. Of all instances one does it. */
export const sweepExpired = defineJob('retention.sweep', Nothing, { cron: '0 * * * *', timeoutSeconds: 1_800 });

@Injectable()
@JobHandler(sweepExpired)
export class Sweep implements Handles<Nothing> {
  constructor(private readonly retention: Retention) {}

  async handle(_: Nothing, { signal }: Run): Promise<void> {
    await this.retention.sweepAll(signal);
  }
}
