import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';

import { type Caller, ownAddressOf } from '../throttling/callers.js';
import { whenOver } from './request-end.js';

const MOST_USER_AGENT_CHARACTERS = 300;

/** All that travels without being passed on: nothing else belongs here, above all no transaction. */
export class RequestContext {
  /** Nobody waits for the answer any more: the time is up, or the client has left. */
  abandoned = false;
  private readonly listeners = new Set<() => void>();
  private controller?: AbortController;

  constructor(
    readonly requestId: string,
    private readonly caller?: Caller & Partial<Pick<IncomingMessage, 'headers'>>,
    /** When its time is up, on the clock of `performance.now()` */
    readonly endsAt = Infinity,
  ) {}

  /** Where it comes from, if it comes from anywhere. Only asked for where it is written down. */
  get address(): string | undefined {
    return this.caller && ownAddressOf(this.caller);
  }

  /** What the client calls itself, cut to what is worth keeping. */
  get userAgent(): string {
    return (this.caller?.headers?.['user-agent'] ?? '').slice(0, MOST_USER_AGENT_CHARACTERS);
  }

  /** The same, which nothing abandons. */
  outlived(): RequestContext {
    return new RequestContext(this.requestId, this.caller);
  }

  /** Fires when the request is abandoned. Made when somebody asks for it: most requests do without. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.abandoned) this.controller.abort();
    return this.controller.signal;
  }

  onAbandoned(listener: () => void): void {
    this.listeners.add(listener);
  }

  offAbandoned(listener: () => void): void {
    this.listeners.delete(listener);
  }

  abandon(): void {
    this.abandoned = true;
    this.controller?.abort();
    for (const listener of this.listeners) listener();
  }
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

/** For work that is no request, and can be abandoned like one. */
export const inContext = <T>(context: RequestContext, work: () => T): T => storage.run(context, work);

/** For work that is not part of its request, such as what several of them share. */
export const outsideOfRequest = <T>(work: () => T): T => storage.exit(work);

/** For work that a request began and that goes on without it: it keeps the request's id, and nothing ends it. */
export function outlivingRequest<T>(work: () => T): T {
  const request = storage.getStore();
  return request === undefined ? work() : storage.run(request.outlived(), work);
}

/** Keeps the caller's id if it cannot do harm in a log or a header, else makes one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && ACCEPTED_ID.test(given) ? given : randomUUID();
}

/**
 * Goes on inside of the context of a request, which ends in time. Fastify's own `handlerTimeout` and `request.signal`
 * end with the request's body, and so before the work on it.
 * @param answerLate answers a request whose time is up, or answers true if its answer is on its way and moves on
 */
export function inRequestContext(
  request: FastifyRequest,
  timeoutMs: number,
  answerLate: () => boolean,
  next: () => void,
): void {
  const context = new RequestContext(request.id, request, performance.now() + timeoutMs);
  storage.run(context, () => {
    const timer = setInterval(() => {
      if (answerLate()) return;
      clearInterval(timer);
      context.abandon();
    }, timeoutMs);
    whenOver(request, (answered) => {
      clearInterval(timer);
      if (!answered) context.abandon();
    });
    next();
  });
}

/** The path of the request; a query may hold what no log or answer should repeat. */
export function pathOf(request: Pick<FastifyRequest, 'url'>): string {
  const end = request.url.indexOf('?');
  return end === -1 ? request.url : request.url.slice(0, end);
}
