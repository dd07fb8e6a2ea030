import type { FastifyInstance } from 'fastify';
import findMyWay from 'find-my-way';
import { MethodNotAllowed, NotFound } from '../errors/core.errors.js';
import { pathOf } from './request-context.js';

type Verb = findMyWay.HTTPMethod;

/**
 * Fastify answers 404 to a wrong method. A second router of the same kind learns every route and tells
 * whether the path exists under another method: then the answer is 405 with `Allow`.
 */
export function answerUnknownRoutes(server: FastifyInstance): void {
  const router = findMyWay();
  const verbs = new Set<Verb>();
  server.addHook('onRoute', ({ method, url }) => {
    for (const verb of [method].flat() as Verb[]) {
      verbs.add(verb);
      if (!url.includes('*') && router.findRoute(verb, url) === null) router.on(verb, url, () => undefined);
    }
  });
  server.addHook('onRequest', (request, _reply, done) => {
    // CORS has a route of its own for every OPTIONS, which takes what was no preflight.
    if (!request.is404 && request.routeOptions.url !== '*') return done();
    const allowed = [...verbs].filter((verb) => router.find(verb, pathOf(request)) !== null).sort();
    done(allowed.length > 0 ? new MethodNotAllowed(allowed) : new NotFound());
  });
}
