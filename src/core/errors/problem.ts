import { type AppError, STATUS } from './app-error.js';
import type { Problem } from './problem.dto.js';

interface Circumstances {
  /** Path of the request, without its query */
  readonly instance: string;
  readonly requestId: string;
  /** Development only: the message and stack of what was not expected. */
  readonly showInternals: boolean;
}

/** Describes a failure as problem details (RFC 9457). */
export function toProblem(error: AppError, { instance, requestId, showInternals }: Circumstances): Problem {
  const status = STATUS[error.kind];
  return {
    type: `urn:problem:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title: titleOf(error.code),
    status,
    detail: error.message,
    instance: instance.slice(0, 2000),
    code: error.code,
    requestId,
    timestamp: new Date().toISOString(),
    ...(error.errors && { errors: error.errors.slice(0, 100) }),
    ...(error.details && { details: error.details }),
    ...(showInternals && status >= 500 && internals(error)),
  };
}

function titleOf(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function internals(error: AppError): { detail: string; stack?: string } {
  const origin = error.cause instanceof Error ? error.cause : error;
  return { detail: origin.message.slice(0, 2000), stack: origin.stack?.slice(0, 20_000) };
}
