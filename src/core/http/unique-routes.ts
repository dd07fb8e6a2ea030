import type { FastifyInstance } from 'fastify';
import { StartRefused } from '../lifecycle/start-refused.js';

/**
 * Refuses to start with two handlers for one route. The names of parameters make no difference to the router, so
 * `users/:id` and `users/:name` are one route; `users/me` beside them is another.
 */
export function demandUniqueRoutes(server: FastifyInstance): void {
  const handlers = new Map<string, string>();
  server.addHook('onRoute', ({ method, url, handler }) => {
    for (const verb of [method].flat()) {
      // Fastify adds this one to each GET by itself.
      if (verb === 'HEAD') continue;
      const route = `${verb} ${url.replace(/:\w+/g, ':')}`;
      const first = handlers.get(route);
      // Nest names each handler after its controller and method.
      if (first !== undefined) throw new StartRefused(`${verb} ${url} is answered by ${first} and by ${handler.name}.`);
      handlers.set(route, handler.name);
    }
  });
}
