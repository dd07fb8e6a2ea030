import { HttpException } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { Forbidden, Unauthenticated } from '../access/access.errors.js';
import { fromDatabase } from '../database/database-errors.js';
import { AppError } from './app-error.js';
import * as errors from './core.errors.js';

type Carried = { code?: unknown; statusCode?: unknown };

/** Turns whatever was thrown, by us, Nest, Fastify or the database, into one typed error. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  // TypeORM wraps also what the pool says of a request that is over.
  if (thrown instanceof QueryFailedError && thrown.driverError instanceof AppError) return thrown.driverError;
  if (isAbortedUpload(thrown)) return new errors.MalformedRequest(thrown);
  return fromDatabase(thrown) ?? fromTransport(thrown) ?? new errors.Internal(thrown);
}

function fromTransport(thrown: unknown): AppError | undefined {
  switch (statusOf(thrown)) {
    case 400:
    case 414:
    case 431:
      return new errors.MalformedRequest(thrown);
    case 401:
      return new Unauthenticated();
    case 403:
      return new Forbidden();
    case 409:
      return new errors.Conflict(thrown);
    case 404:
      return new errors.NotFound();
    case 408:
    case 504:
      return new errors.RequestTimeout(thrown);
    case 413:
      return new errors.PayloadTooLarge();
    case 415:
      return new errors.UnsupportedMediaType();
    case 503:
      return new errors.DependencyUnavailable(thrown);
    default:
      return undefined;
  }
}

/** The client went away while it was sending: nobody's database is lost. */
function isAbortedUpload(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.message === 'aborted' && (thrown as Carried).code === 'ECONNRESET';
}

/** Only Nest's exceptions and Fastify's own errors speak for the transport; a status on any other error is chance. */
function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const { code, statusCode } = (thrown ?? {}) as Carried;
  const isFastify = thrown instanceof Error && typeof code === 'string' && code.startsWith('FST_');
  const isBodyParser = thrown instanceof SyntaxError && statusCode === 400;
  return (isFastify || isBodyParser) && typeof statusCode === 'number' ? statusCode : undefined;
}
