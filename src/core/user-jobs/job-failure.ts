import { AppError, type ErrorKind } from '../errors/app-error.js';
import { TimedOut } from '../jobs/attempt.js';

/** Why an attempt failed: what the user is told, and what we know. */
export interface Failure {
  readonly code: string;
  /** For people, without internals */
  readonly message: string;
  readonly cause?: unknown;
}

const TIMEOUT: Failure = { code: 'TIMEOUT', message: 'The job took too long and was stopped.' };
const UNEXPECTED: Failure = { code: 'JOB_FAILED', message: 'Something went wrong on our side.' };
export const WORKER_LOST: Failure = { code: 'WORKER_LOST', message: 'The job was interrupted too often.' };

/** What may be gone in a moment; whatever else an error of ours says will be said again. */
const PASSING: readonly ErrorKind[] = [
  'unavailable',
  'upstream_failed',
  'rate_limited',
  'timeout',
  'internal',
  'conflict',
];

/** @param thrown by a handler: only errors of ours are meant for users */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof TimedOut) return { ...TIMEOUT, cause: thrown };
  if (!(thrown instanceof AppError) || thrown.kind === 'internal') return { ...UNEXPECTED, cause: thrown };
  return { code: thrown.code, message: thrown.message.slice(0, 500), cause: thrown };
}

/** Whether another attempt may end otherwise. One that took too long has had its chance. */
export function isWorthAnother({ code, cause }: Failure): boolean {
  if (code === TIMEOUT.code) return false;
  return !(cause instanceof AppError) || PASSING.includes(cause.kind);
}
