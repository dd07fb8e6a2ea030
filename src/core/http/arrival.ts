import { Inject, Injectable } from '@nestjs/common';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { MalformedRequest } from '../errors/core.errors.js';
import { ProblemFilter } from '../errors/problem.filter.js';
import { lifecycleConfig, type LifecycleConfig } from '../lifecycle/lifecycle.config.js';
import { Metrics } from '../metrics/metrics.js';
import { currentSpans } from '../tracing/trace.js';
import { AnswerProgress } from './answer-progress.js';
import { inRequestContext } from './request-context.js';
import { watchRequestEnd } from './request-end.js';
import { accountFor } from './request-log.js';
import { RunningRequests } from './running-requests.js';
import { setSecurityHeaders } from './security-headers.js';

type Next = (fault?: Error) => void;

/**
 * What happens to every request before anything else, also to those that CORS or the router answers: headers, a line
 * in the log, a context, and a time by which it ends.
 */
@Injectable()
export class Arrival {
  private readonly account;

  constructor(
    @Inject(lifecycleConfig.KEY) private readonly config: LifecycleConfig,
    private readonly filter: ProblemFilter,
    private readonly running: RunningRequests,
    logger: PinoLogger,
    metrics: Metrics,
  ) {
    this.account = accountFor(logger.logger, metrics);
  }

  /** As the adapter's own first hook: CORS answers a preflight before any hook that is added later. */
  hookInto(adapter: Pick<FastifyAdapter, 'setOnRequestHook' | 'getInstance'>): void {
    const server = adapter.getInstance();
    server.decorateRequest('arrivedAt', 0);
    server.decorateRequest('endings');
    server.decorateRequest('span');
    adapter.setOnRequestHook((request, reply, done) => this.receive(request, reply, done));
  }

  /** Answers what the router refuses before any hook runs, such as a path that cannot be decoded. */
  refuse(thrown: Error, request: FastifyRequest, reply: FastifyReply): void {
    this.receive(request, reply, () => this.filter.answer(thrown, request, reply));
  }

  private receive(request: FastifyRequest, reply: FastifyReply, next: Next): void {
    request.arrivedAt = performance.now();
    setSecurityHeaders(request, reply);
    void reply.header('x-request-id', request.id);
    watchRequestEnd(request, reply);
    this.running.count(request);
    this.account(request, reply);
    const spans = currentSpans();
    if (spans === undefined) this.admit(request, reply, next);
    else spans.aroundRequest(request, reply, () => this.admit(request, reply, next));
  }

  private admit(request: FastifyRequest, reply: FastifyReply, next: Next): void {
    const progress = new AnswerProgress(reply.raw);
    const late = () => {
      // What is sent in pieces takes as long as its client does.
      if (progress.hasMoved()) return true;
      this.filter.answerLate(request, reply);
      return false;
    };
    // Node's own answer to a missing host would carry none of this.
    const fault = request.headers.host === undefined ? new MalformedRequest() : undefined;
    inRequestContext(request, this.config.requestTimeoutMs, late, () => next(fault));
  }
}
