import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** All that travels without being passed on: nothing else belongs here, above all no transaction. */
export interface RequestContext {
  readonly requestId: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** When the request came in, on the clock of `performance.now()`, in milliseconds. */
    arrivedAt: number;
  }
}

const storage = new AsyncLocalStorage<RequestContext>();
const ACCEPTED_ID = /^[A-Za-z0-9._-]{8,128}$/;

export const currentRequest = (): RequestContext | undefined => storage.getStore();

/** Keeps the caller's id if it cannot do harm in a log or a header, else makes one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && ACCEPTED_ID.test(given) ? given : randomUUID();
}

/** Opens the context of each request and echoes its id. A hook and not middleware: half of the cost. */
export function carryRequestContext(server: FastifyInstance): void {
  server.decorateRequest('arrivedAt', 0);
  server.addHook('onRequest', (request, reply, done) => {
    request.arrivedAt = performance.now();
    void reply.header('x-request-id', request.id);
    storage.run({ requestId: request.id }, done);
  });
}

/** The path of the request; a query may hold what no log or answer should repeat. */
export function pathOf(request: Pick<FastifyRequest, 'url'>): string {
  const end = request.url.indexOf('?');
  return end === -1 ? request.url : request.url.slice(0, end);
}
