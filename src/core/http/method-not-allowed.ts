import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import findMyWay from 'find-my-way';
import { MethodNotAllowed, NotFound } from '../errors/core.errors.js';
import { pathOf } from './request-context.js';

type Verb = findMyWay.HTTPMethod;
type Limit = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/**
 * Fastify answers 404 to a wrong method. A second router of the same kind learns every route and tells
 * whether the path exists under another method: then the answer is 405 with `Allow`.
 * @param limit counts the request, as a guard does for routes that exist: who guesses paths is limited too
 */
export function answerUnknownRoutes(server: FastifyInstance, limit: Limit): void {
  const router = findMyWay();
  const verbs = new Set<Verb>();
  server.addHook('onRoute', ({ method, url }) => {
    for (const verb of [method].flat() as Verb[]) {
      verbs.add(verb);
      if (!url.includes('*') && router.findRoute(verb, url) === null) router.on(verb, url, () => undefined);
    }
  });
  server.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    await limit(request, reply);
    const allowed = [...verbs].filter((verb) => router.find(verb, pathOf(request)) !== null).sort();
    throw allowed.length > 0 ? new MethodNotAllowed(allowed) : new NotFound();
  });
}
