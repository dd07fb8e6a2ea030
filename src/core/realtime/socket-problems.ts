import { Inject, Injectable } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import { PinoLogger } from 'nestjs-pino';
import { Forbidden } from '../access/access.errors.js';
import { environmentConfig, type EnvironmentConfig, showsInternals } from '../config/environment.config.js';
import { ErrorReports } from '../error-tracking/error-reports.js';
import { type AppError, STATUS } from '../errors/app-error.js';
import type { Problem } from '../errors/problem.dto.js';
import { toProblem } from '../errors/problem.js';
import { toAppError } from '../errors/to-app-error.js';
import type { ClientSocket } from './client.js';

/** The event that tells of a failure which no acknowledgement can tell. */
export const EXCEPTION = 'exception';

/** Where something went wrong. */
export interface Where {
  /** As a relative URI */
  readonly instance: string;
  /** One of few: nothing that a client wrote */
  readonly place: string;
  readonly requestId: string;
}

/** What goes wrong with a socket, in the words in which a route would tell it. */
@Injectable()
export class SocketProblems {
  constructor(
    @Inject(environmentConfig.KEY) private readonly environment: EnvironmentConfig,
    private readonly reports: ErrorReports,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(SocketProblems.name);
  }

  describe(error: AppError, where: Where): Problem {
    const { instance, requestId } = where;
    if (STATUS[error.kind] >= 500) this.tell(error, where);
    const problem = toProblem(error, { instance, requestId, showInternals: showsInternals(this.environment) });
    if (error.retryAfter === undefined) return problem;
    // Here is no header to tell it.
    return { ...problem, details: { ...problem.details, retryAfter: error.retryAfter } };
  }

  /** Tells a socket why, and closes its connection. Whoever reads it knows better than to come again at once. */
  expel(socket: ClientSocket, error: AppError, requestId: string): void {
    const { name } = socket.nsp;
    socket.emit(EXCEPTION, this.describe(error, { instance: name, place: `socket ${name}`, requestId }));
    socket.disconnect(true);
  }

  private tell(error: AppError, { place, requestId }: Where): void {
    const { code } = error;
    const err = error.cause ?? error;
    const expected = error.kind !== 'internal';
    if (expected) this.logger.warn({ err, code }, error.message);
    else this.logger.error({ err, code }, 'unexpected error');
    this.reports.report(err, { code, severity: expected ? 'warning' : 'error', requestId, place });
  }
}

/** A guard that returns false, as Nest's own do, forbids. */
export function toSocketError(thrown: unknown): AppError {
  return thrown instanceof WsException && thrown.message === 'Forbidden resource'
    ? new Forbidden()
    : toAppError(thrown);
}
