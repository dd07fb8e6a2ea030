import type { JobKind } from './define-job.js';
import { HandlerMarks } from './handler-marks.js';

/** What an attempt is told beside the payload. */
export interface Run {
  /** Of the job: the same in every attempt, so what others must do only once can carry it as its key */
  readonly jobId: string;
  /** 1 in the first attempt */
  readonly attempt: number;
  /** Fires when the attempt takes too long, or the process ends. SQL and outbound calls end by themselves. */
  readonly signal: AbortSignal;
}

/**
 * Does the work. It may be called again after it was done, when the process ends before that is written down: what it
 * does twice must be as if it were done once.
 */
export interface Handles<P extends object> {
  handle(payload: P, run: Run): Promise<unknown>;
}

type HandlerClass<P extends object> = new (...dependencies: never[]) => Handles<P>;

export const jobHandlers = new HandlerMarks<JobKind<object>, Handles<object>>('@JobHandler');

/** Class decorator of the one provider that does this kind of work. The compiler holds it to the payload. */
export const JobHandler =
  <P extends object>(kind: JobKind<P>) =>
  (handler: HandlerClass<P>): void =>
    jobHandlers.mark(handler, kind);
