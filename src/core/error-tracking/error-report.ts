import { currentRequest } from '../http/request-context.js';
import { scrub } from '../logging/redaction.js';
import { type LoggedError, serializeError } from '../logging/serialize-error.js';
import { type TraceOfLine, traceOfLine } from '../tracing/trace.js';

/** `warning` is what was to be expected one day, `fatal` the end of the process. */
export type Severity = 'warning' | 'error' | 'fatal';

/** What is known of a failure beside what was thrown. Templates and names only: nothing that a caller wrote. */
export interface Circumstances {
  /** The code of the error, or a name in its manner: `UNHANDLED_REJECTION` */
  readonly code: string;
  /** `error` unless it is said */
  readonly severity?: Severity;
  /** That which it happened in, unless it is said */
  readonly requestId?: string;
  /** Where it happened: `GET /v1/users/:id`, `job exports.create` */
  readonly place?: string;
}

/** What was thrown: no value of a statement, and nothing that was attached to it. */
export interface ReportedError extends Pick<LoggedError, 'type' | 'code' | 'constraint' | 'statement'> {
  readonly message: string;
  /** Those lines of the stack that say where, the nearest first */
  readonly frames: readonly string[];
  readonly cause?: ReportedError;
}

/** A failure as it may leave the house: it tells of no user, address, header or body. */
export interface ErrorReport extends Circumstances {
  readonly severity: Severity;
  readonly at: Date;
  readonly error: ReportedError;
  readonly trace?: TraceOfLine;
}

const MESSAGE_LENGTH = 1_000;

export function toReport(thrown: unknown, circumstances: Circumstances): ErrorReport {
  const requestId = currentRequest()?.requestId;
  const error = toReported(serializeError(thrown));
  return { requestId, severity: 'error', ...circumstances, at: new Date(), error, trace: traceOfLine() };
}

/** What failures of one cause have in common: what happened, and where it was thrown. */
export function kindOf({ code, error }: ErrorReport): string {
  return `${code} ${error.type} ${error.frames[0] ?? ''}`;
}

function toReported({ type, message, stack = '', code, constraint, statement, cause }: LoggedError): ReportedError {
  return {
    type,
    message: scrub(message).slice(0, MESSAGE_LENGTH),
    frames: framesOf(stack, message),
    code,
    constraint,
    statement,
    cause: cause && toReported(cause),
  };
}

/** The message comes first in a stack, and a line of it may look like a frame. */
function framesOf(stack: string, message: string): string[] {
  const end = stack.indexOf(message) + message.length;
  const lines = stack.slice(stack.includes(message) ? end : 0).split('\n');
  return lines.filter((line) => /^\s+at /.test(line)).map(scrub);
}
