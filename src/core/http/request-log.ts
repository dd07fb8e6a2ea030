import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

/** One line for each request, by route template, so that lines can be counted and hold nothing personal. */
export function logRequests(server: FastifyInstance, logger: Logger): void {
  server.addHook('onResponse', (request, reply, done) => {
    logger.info(
      {
        context: 'HTTP',
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
      },
      'request',
    );
    done();
  });
}
