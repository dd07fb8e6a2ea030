import { type DriverError, driverError } from '../database/database-errors.js';

const STATEMENT_LENGTH = 50;

/** What is said of an error: no value of a statement, and nothing that is attached to it. */
export interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
  readonly constraint?: string;
  readonly statement?: string;
  readonly cause?: LoggedError;
}

/**
 * What a log says of an error. Chosen by hand: the wrapper of a failed statement carries its parameters,
 * and the database repeats bad values in its messages.
 */
export function serializeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error).slice(0, 500) };
  const failure = driverError(error);
  const message = failure ? withoutValues(failure) : error.message;
  const { query: statement, code } = error as { query?: unknown; code?: unknown };
  return {
    type: error.name,
    message,
    stack: error.stack?.replace(error.message, message),
    ...(typeof code === 'string' && { code }),
    ...(failure?.constraint !== undefined && { constraint: failure.constraint }),
    ...(typeof statement === 'string' && { statement: cut(statement) }),
    ...(error.cause !== undefined && depth < 3 && { cause: serializeError(error.cause, depth + 1) }),
  };
}

/** Class 22 (data exceptions) quotes the value; the others quote names of tables and constraints. */
function withoutValues({ code, message }: DriverError): string {
  return code?.startsWith('22') ? message.replace(/"[^"]*"/gs, '"…"').replace(/: .*/s, '') : message;
}

/** A statement for a log: enough to find it in the code, too little to hold much of anybody. */
export function cut(statement: string): string {
  const line = statement.replace(/\s+/g, ' ').trim();
  return line.length > STATEMENT_LENGTH ? `${line.slice(0, STATEMENT_LENGTH)}...` : line;
}
