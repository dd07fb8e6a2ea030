import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { whenOver } from './request-end.js';
import { traceOfLine } from '../tracing/trace.js';
import type { Metrics } from '../metrics/metrics.js';

/** What a client that leaves before its answer gets in the log; nobody else sees it. */
const CLIENT_CLOSED_REQUEST = 499;
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25];
const LABELS = ['method', 'route', 'status'] as const;

/**
 * Accounts for each request once, when its answer is out or its client gone: one line and one observation, by route
 * template, so that they can be counted and hold nothing personal. It listens, and so cannot harm an answer.
 */
export function accountFor(logger: Logger, metrics: Metrics) {
  const total = metrics.counter('http_requests_total', 'Requests by route template and status', LABELS);
  const duration = metrics.histogram('http_request_duration_seconds', 'Time until the answer is out', LABELS, SECONDS);

  // The fields of this line are these, and none is secret: to look for some in each line would cost as much as Fastify.
  const lines = logger.child({ context: 'HTTP' }, { redact: [] });

  return (request: FastifyRequest, reply: FastifyReply): void =>
    whenOver(request, (answered) => account(request, reply, !answered));

  function account(request: FastifyRequest, reply: FastifyReply, aborted: boolean): void {
    const seconds = (performance.now() - request.arrivedAt) / 1_000;
    const { method, id: requestId } = request;
    const status = aborted ? CLIENT_CLOSED_REQUEST : reply.statusCode;
    const route = request.routeOptions.url ?? null;
    const labels = { method, route: route ?? 'unmatched', status };
    total.inc(labels);
    duration.observe(labels, seconds);
    const durationMs = Math.round(seconds * 10_000) / 10;
    const line = { requestId, method, route, status, durationMs, ...(aborted && { aborted }) };
    lines.info(Object.assign(line, request.span && traceOfLine(request.span)), 'request');
  }
}
