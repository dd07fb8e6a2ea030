import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';

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

/**
 * An answer that waits behind others on its connection (pipelining) has no socket yet, and hears nothing when the
 * connection goes. So the connection is watched too: by one listener, however many requests it carries.
 */
export function watchRequestEnd(request: FastifyRequest, reply: FastifyReply): void {
  request.endings = [];
  const unanswered = unansweredOf.get(request.raw.socket) ?? watchConnection(request.raw.socket);
  const end = () => {
    if (!unanswered.delete(end)) return;
    for (const ending of request.endings) ending(reply.raw.writableFinished);
  };
  unanswered.add(end);
  reply.raw.once('close', end);
}

/** Whether nothing else waits for an answer on the connection of this request. */
export function isLastOnConnection(request: FastifyRequest): boolean {
  return (unansweredOf.get(request.raw.socket)?.size ?? 0) <= 1;
}

function watchConnection(socket: Socket): Set<() => void> {
  const unanswered = new Set<() => void>();
  unansweredOf.set(socket, unanswered);
  socket.once('close', () => {
    for (const end of unanswered) end();
  });
  return unanswered;
}
