import type { Tx } from '../database/transactions.js';
import { HandlerMarks } from '../jobs/handler-marks.js';
import type { UserJobKind } from './define-user-job.js';
import type { UserJob } from './user-job.entity.js';

/** What an attempt is told beside its input, and the only ways to leave a trace. */
export interface UserJobRun {
  readonly jobId: string;
  /** For whom it is: `scope(tx, run)` reaches the rows of their organization */
  readonly organizationId: string;
  readonly userId: string;
  /** Fires when the job is cancelled, takes too long, or the process ends. SQL and outbound calls end by themselves. */
  readonly signal: AbortSignal;
  /** Tells the user how far it is. @param percent 0 to 100 */
  progress(percent: number): Promise<void>;
  /**
   * A transaction that is committed only while this attempt is the one that counts: one that was paused, and whose job
   * somebody else has begun anew, can change nothing any more.
   * @throws {Superseded}
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

export interface HandlesUserJob<I extends object, R extends object> {
  /** Does the work, in transactions of `run`. It may be begun again after any of them. */
  handle(input: I, run: UserJobRun): Promise<R>;
  /**
   * Runs in the transaction that ends the job, however it ends (`job.status` tells): here credits that were reserved are
   * captured or released, so that both are there or neither is.
   */
  settle?(tx: Tx, job: UserJob): Promise<void>;
}

type HandlerClass<I extends object, R extends object> = new (...dependencies: never[]) => HandlesUserJob<I, R>;

export const userJobHandlers = new HandlerMarks<UserJobKind<object, object>, HandlesUserJob<object, object>>(
  '@UserJobHandler',
);

/** Class decorator of the one provider that does this kind of job. */
export const UserJobHandler =
  <I extends object, R extends object>(kind: UserJobKind<I, R>) =>
  (handler: HandlerClass<I, R>): void =>
    userJobHandlers.mark(handler, kind);
