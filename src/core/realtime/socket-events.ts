import { Inject, Injectable } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { Unauthenticated } from '../access/access.errors.js';
import { NotFound, RequestTimeout } from '../errors/core.errors.js';
import type { AppError } from '../errors/app-error.js';
import type { RequestContext } from '../http/request-context.js';
import { lifecycleConfig, type LifecycleConfig } from '../lifecycle/lifecycle.config.js';
import { Metrics } from '../metrics/metrics.js';
import type { ClientSocket } from './client.js';
import { traced } from '../tracing/trace.js';
import { EventLimits } from './event-limits.js';
import { Reply } from './reply.js';
import { SocketContexts } from './socket-contexts.js';
import { SocketProblems, toSocketError, type Where } from './socket-problems.js';

/** What Nest made of a method with `@SubscribeMessage`: guards, pipes and the gateway's own work. */
export interface EventHandler {
  readonly message: unknown;
  readonly callback: (data: unknown, acknowledge?: unknown) => unknown;
  readonly isAckHandledManually?: boolean;
}

type Handle = (data: unknown, reply: Reply) => Promise<void>;

/** The way of every event of every gateway: limited, answered by a problem if it fails, counted, and ended in time. */
@Injectable()
export class SocketEvents {
  private readonly handlers = new WeakMap<ClientSocket, Map<string, Handle>>();
  private readonly running = new Set<Promise<unknown>>();
  private readonly events;
  private stopped = false;

  constructor(
    @Inject(lifecycleConfig.KEY) private readonly config: LifecycleConfig,
    private readonly contexts: SocketContexts,
    private readonly limits: EventLimits,
    private readonly problems: SocketProblems,
    metrics: Metrics,
  ) {
    this.events = metrics.counter('socket_events_total', 'Events of sockets by how they ended', ['event', 'outcome']);
  }

  /** Takes all that a socket says: no listener of Socket.IO hears any of it. */
  attend(socket: ClientSocket): void {
    // Each event that is under way listens for the end of its socket; there are no more of them than its limits allow.
    socket.setMaxListeners(0);
    socket.use(([event, ...given]) => {
      if (!this.stopped) this.track(this.receive(socket, String(event), new Reply(socket, given)));
    });
  }

  /** @param toResults makes results of what a handler returns, as Nest says */
  bind(socket: ClientSocket, handlers: EventHandler[], toResults: (returned: unknown) => Observable<unknown>): void {
    const known = this.handlers.get(socket) ?? new Map<string, Handle>();
    this.handlers.set(socket, known);
    for (const { message, callback, isAckHandledManually = false } of handlers) {
      known.set(String(message), async (data, reply) => {
        await toResults(callback(data, reply.acknowledge)).forEach((result) => {
          if (!isAckHandledManually) reply.send(result);
        });
        if (!isAckHandledManually) reply.acknowledge(null);
      });
    }
  }

  /** From now on nothing more is heard. */
  stop(): void {
    this.stopped = true;
  }

  /** Resolves when no handler works any more. */
  async whenDone(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }

  private async receive(socket: ClientSocket, event: string, reply: Reply): Promise<void> {
    const handle = this.handlers.get(socket)?.get(event);
    // What a client makes up is neither a label nor a place.
    const name = handle ? event : 'unknown';
    const outcome = await this.contexts.around(socket.request, async (context) => {
      try {
        const work = async () => (handle ? handle(reply.data(), reply) : this.refuseUnknown(socket));
        await traced(`event ${name}`, undefined, () => this.inTime(socket, context, work));
        return 'ok';
      } catch (thrown) {
        const instance = `${socket.nsp.name}#${encodeURIComponent(event.slice(0, 100).toWellFormed())}`;
        const where = { instance, place: `event ${name}`, requestId: context.requestId };
        return this.answer(toSocketError(thrown), where, socket, reply);
      }
    });
    this.events.inc({ event: name, outcome });
  }

  /** Whom nobody knows may not even learn which events there are. */
  private async refuseUnknown(socket: ClientSocket): Promise<never> {
    await this.limits.take(socket);
    throw socket.data.actor === undefined ? new Unauthenticated() : new NotFound('The event');
  }

  /** Nobody waits for longer than for an answer to a request, nor when the socket has left. */
  private async inTime(socket: ClientSocket, context: RequestContext, work: () => Promise<void>): Promise<void> {
    const abandon = () => context.abandon();
    const timer = setTimeout(abandon, this.config.requestTimeoutMs);
    socket.once('disconnect', abandon);
    const working = work();
    this.track(working);
    const late = new Promise<never>((_, reject) => context.onAbandoned(() => reject(new RequestTimeout())));
    try {
      await Promise.race([working, late]);
    } finally {
      clearTimeout(timer);
      socket.off('disconnect', abandon);
    }
  }

  private answer(error: AppError, where: Where, socket: ClientSocket, reply: Reply): string {
    reply.refuse(this.problems.describe(error, where));
    if (error.kind === 'unauthenticated') socket.disconnect(true);
    return error.code;
  }

  private track(work: Promise<unknown>): void {
    this.running.add(work);
    const forget = () => this.running.delete(work);
    work.then(forget, forget);
  }
}
