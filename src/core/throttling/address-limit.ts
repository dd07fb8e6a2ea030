import type { FastifyInstance } from 'fastify';
import type { RateLimits } from './rate-limits.js';

/**
 * Counts every request by its address before anything of it is read, also those that no route or no parser takes: what
 * is over the limit costs no more than its headers.
 */
export function limitAddresses(server: FastifyInstance, limits: RateLimits): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config?.unlimited) return done();
    limits.takeOfAddress(request, reply).then(() => done(), done);
  });
}
