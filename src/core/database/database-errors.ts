import { QueryFailedError } from 'typeorm';
import { type AppError } from '../errors/app-error.js';
import { Conflict, DependencyUnavailable, RequestTimeout, ValidationFailed } from '../errors/core.errors.js';
import { errorOfConstraint } from '../errors/define-error.js';

/** What node-postgres tells of a failed statement or connection. */
export interface DriverError extends Error {
  /** SQLSTATE, or the system's code (`ECONNREFUSED`) */
  readonly code?: string;
  readonly constraint?: string;
  readonly severity?: string;
}

/** @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
const SQLSTATE = {
  queryCanceled: '57014',
  stringTooLong: '22001',
  lockNotAvailable: '55P03',
  serializationFailure: '40001',
  deadlockDetected: '40P01',
} as const;

// A DTO counts what people see as one character, the database counts code points.
const TOO_LONG = { pointer: '#', code: 'maxLength', detail: 'a text is longer than its field allows' };

const CONNECTION_CODES = /^(08|57P|53)|^(ECONN|ETIMEDOUT|EPIPE|EHOST|ENET|ENOTFOUND|EAI_)/;
const CONNECTION_TEXTS =
  /Connection terminated|timeout exceeded when trying to connect|Client (was closed|has encountered)|pool after calling end|Driver not Connected|runner (was )?already released/i;

/** @returns the driver's own error behind TypeORM's wrapper, or undefined for errors of other origin. */
export function driverError(thrown: unknown): DriverError | undefined {
  if (thrown instanceof QueryFailedError) return thrown.driverError as DriverError;
  if (!(thrown instanceof Error)) return undefined;
  const error = thrown as DriverError;
  return error.severity !== undefined || isConnectionFailure(error) ? error : undefined;
}

/** FATAL is how the server says that it ends the connection, whatever its reason. */
export function isConnectionFailure({ code, message, severity }: DriverError): boolean {
  return severity === 'FATAL' || CONNECTION_CODES.test(code ?? '') || CONNECTION_TEXTS.test(message);
}

/** Somebody was there, and the connection ended all the same. */
export function isReset({ code, message }: DriverError): boolean {
  return code === 'ECONNRESET' || message.includes('terminated unexpectedly');
}

/** Only these two say that the same work may succeed if it is simply done again. */
export function isRetryable(thrown: unknown): boolean {
  const code = driverError(thrown)?.code;
  return code === SQLSTATE.serializationFailure || code === SQLSTATE.deadlockDetected;
}

/** The row is locked by somebody else (`NOWAIT` or `lock_timeout`). */
export function isLockNotAvailable(thrown: unknown): boolean {
  return driverError(thrown)?.code === SQLSTATE.lockNotAvailable;
}

/** @returns the typed error for a failure of the database that has one, else undefined. */
export function fromDatabase(thrown: unknown): AppError | undefined {
  const error = driverError(thrown);
  if (error === undefined) return undefined;
  if (isConnectionFailure(error)) return new DependencyUnavailable(thrown);
  if (error.code === SQLSTATE.stringTooLong) return new ValidationFailed([TOO_LONG]);
  if (error.code === SQLSTATE.queryCanceled) return new RequestTimeout(thrown);
  const isConflict = isRetryable(thrown) || isLockNotAvailable(thrown) || isViolation(error);
  return errorOfConstraint(error.constraint) ?? (isConflict ? new Conflict(thrown) : undefined);
}

/** Unique, exclusion and foreign keys depend on other rows; a failed CHECK is our own mistake. */
function isViolation({ code }: DriverError): boolean {
  return code === '23505' || code === '23P01' || code === '23503';
}
