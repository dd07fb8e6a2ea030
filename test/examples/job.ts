import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { defineJob } from '../../src/core/jobs/define-job.js';
import { type Handles, JobHandler, type Run } from '../../src/core/jobs/job-handler.decorator.js';

class ParcelJob {
  parcelId: string;
}
export const weighParcel = defineJob('example-parcel.weigh', ParcelJob, { retries: 3, timeoutSeconds: 30 });

@Injectable()
@JobHandler(weighParcel)
export class Weighing implements Handles<ParcelJob> {
  constructor(private readonly logger: PinoLogger) {}
  handle({ parcelId }: ParcelJob, { attempt }: Run): Promise<void> {
    return Promise.resolve(this.logger.info({ parcelId, attempt }, 'weighed'));
  }
}
