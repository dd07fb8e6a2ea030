import { Injectable } from '@nestjs/common';
import { defineUserJob } from '../../src/core/user-jobs/define-user-job.js';
import { UserJobHandler, type UserJobRun } from '../../src/core/user-jobs/user-job-handler.decorator.js';

class Count {
  upTo: number;
}
export const countParcels = defineUserJob('example-parcels.count', Count, Count, { timeoutSeconds: 60 });

@Injectable()
@UserJobHandler(countParcels)
export class Counting {
  async handle({ upTo }: Count, run: UserJobRun): Promise<Count> {
    const found = await run.transaction((tx) => tx.query<object[]>('SELECT generate_series(1, $1::int)', [upTo]));
    await run.progress(90);
    return { upTo: found.length };
  }
}
