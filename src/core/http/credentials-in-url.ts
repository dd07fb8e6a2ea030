import type { FastifyInstance } from 'fastify';
import { CredentialsInUrl } from '../errors/core.errors.js';

const NAME = /[?&](?:api_?key|access_token|token|key)(?:=|&|$)/i;

/**
 * Refuses credentials where every proxy and browser writes them down. Also encoded, and also where there is no such
 * route: the client has to learn it.
 */
export function refuseCredentialsInUrls(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    done(holdsCredentials(request.url) ? new CredentialsInUrl() : undefined);
  });
}

export function holdsCredentials(url: string): boolean {
  const start = url.indexOf('?');
  return start !== -1 && NAME.test(decoded(url.slice(start)));
}

function decoded(query: string): string {
  return query.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
