import { type Tx, type Transactions } from '../database/transactions.js';
import { FENCE, PROGRESS } from './job-statements.js';
import type { UserJobRun } from './user-job-handler.decorator.js';
import type { UserJob } from './user-job.entity.js';
import { Superseded } from './user-job.errors.js';

const TELL_EVERY_MS = 500;

/** One attempt at a job: whatever it writes is fenced by its number. */
export class FencedRun implements UserJobRun {
  readonly jobId: string;
  readonly organizationId: string;
  readonly userId: string;
  private readonly token: unknown[];
  private toldAt = -Infinity;

  constructor(
    private readonly transactions: Transactions,
    { id, organizationId, userId, attempt }: UserJob,
    readonly signal: AbortSignal,
  ) {
    this.jobId = id;
    this.organizationId = organizationId;
    this.userId = userId;
    this.token = [id, organizationId, attempt];
  }

  async progress(percent: number): Promise<void> {
    // Whoever tells of each row of a million must not pay for each.
    if (performance.now() - this.toldAt < TELL_EVERY_MS) return;
    this.toldAt = performance.now();
    const whole = Math.max(0, Math.min(100, Math.round(percent)));
    await this.transactions.run((tx) => tx.query(PROGRESS, [...this.token, whole]));
  }

  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.transactions.run(async (tx) => {
      const rows = await tx.query<object[]>(FENCE, this.token);
      if (rows.length === 0) throw new Superseded();
      return work(tx);
    });
  }
}
