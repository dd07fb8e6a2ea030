import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';

import { whenOver } from './request-end.js';

/** All that travels without being passed on: nothing else belongs here, above all no transaction. */
export interface RequestContext {
  readonly requestId: string;
  /** Fires when nobody waits for the answer any more: the time is up, or the client has left. */
  readonly signal: AbortSignal;
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

/** For work that outlives its request, or is not part of it. */
export const outsideOfRequest = <T>(work: () => T): T => storage.exit(work);

/** Keeps the caller's id if it cannot do harm in a log or a header, else makes one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && ACCEPTED_ID.test(given) ? given : randomUUID();
}

/**
 * Goes on inside of the context of a request, which ends in time. Fastify's own `handlerTimeout` and `request.signal`
 * end with the request's body, and so before the work on it.
 * @param answerLate answers a request whose time is up
 */
export function inRequestContext(
  request: FastifyRequest,
  timeoutMs: number,
  answerLate: () => void,
  next: () => void,
): void {
  const waiting = new AbortController();
  storage.run({ requestId: request.id, signal: waiting.signal }, () => {
    const timer = setTimeout(() => {
      answerLate();
      waiting.abort();
    }, timeoutMs);
    whenOver(request, (answered) => {
      clearTimeout(timer);
      if (!answered) waiting.abort();
    });
    next();
  });
}

/** The path of the request; a query may hold what no log or answer should repeat. */
export function pathOf(request: Pick<FastifyRequest, 'url'>): string {
  const end = request.url.indexOf('?');
  return end === -1 ? request.url : request.url.slice(0, end);
}
