import type { FastifyInstance } from 'fastify';
import type { RateLimits } from './rate-limits.js';

/**
 * Counts requests by their address before anything of them is read, also those that no route or no parser takes: what
 * is over the limit costs no more than its headers. A preflight and a path that cannot be decoded are answered before,
 * which costs less than counting them.
 */
export function limitAddresses(server: FastifyInstance, limits: RateLimits): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config?.unlimited) return done();
    limits.takeOfAddress(request, reply).then(() => done(), done);
  });
}
