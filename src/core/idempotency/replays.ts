import type { FastifyInstance } from 'fastify';

const replays = new WeakSet<object>();

/** Remembers that this object, when it is sent, is an answer given before. */
export function asReplay<T extends object>(response: T): T {
  replays.add(response);
  return response;
}

/** Says of each such answer what it is. */
export function announceReplays(server: FastifyInstance): void {
  server.addHook('preSerialization', (_request, reply, payload, done) => {
    if (typeof payload === 'object' && payload !== null && replays.has(payload)) {
      void reply.header('idempotent-replayed', 'true');
    }
    done(null, payload);
  });
}
