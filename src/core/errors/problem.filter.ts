import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { environmentConfig, type EnvironmentConfig, showsInternals } from '../config/environment.config.js';
import { ErrorReports } from '../error-tracking/error-reports.js';
import { closeGently, isStillSending } from '../http/body-limits.js';
import { pathOf } from '../http/request-context.js';
import { demandStrictPolicy } from '../http/security-headers.js';
import { Metrics } from '../metrics/metrics.js';
import { type AppError, STATUS } from './app-error.js';
import { MethodNotAllowed, RequestTimeout } from './core.errors.js';
import { toProblem } from './problem.js';
import { toAppError } from './to-app-error.js';

/** The one place where a failure becomes an answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly errors;

  constructor(
    @Inject(environmentConfig.KEY) private readonly environment: EnvironmentConfig,
    private readonly reports: ErrorReports,
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    logger.setContext(ProblemFilter.name);
    this.errors = metrics.counter('http_errors_total', 'Failures by their code', ['code']);
  }

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const error = toAppError(thrown);
    // Who was answered that the time is up is not told, and nor is the log, how the rest of the work ended.
    if (reply.sent && error.kind === 'timeout') return;
    this.errors.inc({ code: error.code });
    request.span?.setAttribute('problem.code', error.code);
    if (STATUS[error.kind] >= 500) this.tell(error, request);
    if (reply.sent) return;
    if (isStillSending(request)) this.readNoMore(request, reply);
    const problem = toProblem(error, {
      instance: pathOf(request),
      requestId: request.id,
      showInternals: showsInternals(this.environment),
    });
    // Also what the router refuses before any hook runs comes here; and a problem is never a page.
    demandStrictPolicy(reply);
    if (error.retryAfter !== undefined) void reply.header('retry-after', error.retryAfter);
    if (error instanceof MethodNotAllowed) void reply.header('allow', error.allowed.join(', '));
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
    void reply.code(problem.status).header('content-type', 'application/problem+json; charset=utf-8').send(problem);
  }

  /** The time of the request is up. What has begun to be sent cannot be taken back, only cut off. */
  answerLate(request: FastifyRequest, reply: FastifyReply): void {
    if (reply.raw.headersSent) return void reply.raw.destroy();
    this.answer(new RequestTimeout(), request, reply);
  }

  /** Of a request that is refused before it is there nothing more is read. */
  private readNoMore(request: FastifyRequest, reply: FastifyReply): void {
    void reply.header('connection', 'close');
    closeGently(request.raw);
  }

  /** What the caller did wrong is in the request's own line; what we did wrong comes with its stack. */
  private tell(error: AppError, { id: requestId, method, routeOptions }: FastifyRequest): void {
    const { code } = error;
    const err = error.cause ?? error;
    const expected = error.kind !== 'internal';
    if (expected) this.logger.warn({ err, code }, error.message);
    else this.logger.error({ err, code }, 'unexpected error');
    const place = `${method} ${routeOptions.url ?? 'unmatched'}`;
    this.reports.report(err, { code, severity: expected ? 'warning' : 'error', requestId, place });
  }
}
