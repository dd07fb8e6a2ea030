import { Injectable } from '@nestjs/common';
import { days } from '../time/duration.js';
import { defineUserJob } from '../user-jobs/define-user-job.js';
import { type HandlesUserJob, UserJobHandler, type UserJobRun } from '../user-jobs/user-job-handler.decorator.js';
import { personOf } from './person.js';
import { PersonalData } from './personal-data.js';

class Nothing {}

class ExportReady {
  /** Where it is fetched */
  exportUrl: string;
  expiresAt: string;
}

export const exportAccount = defineUserJob('account.export', Nothing, ExportReady, { timeoutSeconds: 300 });

const KEPT_FOR = days(7);

/** An attempt that is begun anew finds what an earlier one has made. */
const KEEP = `
  INSERT INTO personal_exports (id, user_id, content, expires_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (id) DO UPDATE SET content = EXCLUDED.content, expires_at = EXCLUDED.expires_at`;

/** Collects what is known of somebody into one document, which they can fetch for a week. */
@Injectable()
@UserJobHandler(exportAccount)
export class Exporting implements HandlesUserJob<Nothing, ExportReady> {
  constructor(private readonly personalData: PersonalData) {}

  async handle(_: Nothing, run: UserJobRun): Promise<ExportReady> {
    const expiresAt = KEPT_FOR.fromNow();
    await run.transaction(async (tx) => {
      const archive = await this.personalData.collect(tx, await personOf(tx, run.userId));
      await tx.query(KEEP, [run.jobId, run.userId, JSON.stringify(archive), expiresAt]);
    });
    return { exportUrl: `/v1/users/me/exports/${run.jobId}`, expiresAt: expiresAt.toISOString() };
  }
}
