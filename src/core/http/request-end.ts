import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** @param answered whether the answer went out whole; else the client has left */
type Ending = (answered: boolean) => void;

declare module 'fastify' {
  interface FastifyRequest {
    /** What to do when the request is over */
    endings: Ending[];
  }
}

const unansweredOf = new WeakMap<Socket, Set<() => void>>();

/** Calls back, once, when the request is over, however it ended. */
export function whenOver(request: FastifyRequest, ending: Ending): void {
  request.endings.push(ending);
}

/** The first hook of all: the others say what they want to do at the end. */
export function watchRequestEnds(server: FastifyInstance): void {
  server.decorateRequest('endings');
  server.addHook('onRequest', (request, reply, done) => {
    request.endings = [];
    watch(request, reply);
    done();
  });
}

/**
 * An answer that waits behind others on its connection (pipelining) has no socket yet, and hears nothing when the
 * connection goes. So the connection is watched too: by one listener, however many requests it carries.
 */
function watch(request: FastifyRequest, reply: FastifyReply): void {
  const unanswered = unansweredOf.get(request.raw.socket) ?? watchConnection(request.raw.socket);
  const end = () => {
    if (!unanswered.delete(end)) return;
    for (const ending of request.endings) ending(reply.raw.writableFinished);
  };
  unanswered.add(end);
  reply.raw.once('close', end);
}

function watchConnection(socket: Socket): Set<() => void> {
  const unanswered = new Set<() => void>();
  unansweredOf.set(socket, unanswered);
  socket.once('close', () => {
    for (const end of unanswered) end();
  });
  return unanswered;
}
