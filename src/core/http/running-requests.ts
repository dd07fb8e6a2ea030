import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

/** Counts what a closing process waits for: requests that are not answered, and handlers that still work. */
@Injectable()
export class RunningRequests {
  private unanswered = 0;
  private readonly handlers = new Set<Promise<unknown>>();
  private onIdle?: () => void;

  /** Requests that came in and are not answered yet. */
  get count(): number {
    return this.unanswered;
  }

  watch(server: FastifyInstance): void {
    server.addHook('onRequest', (_request, reply, done) => {
      this.unanswered++;
      reply.raw.once('close', () => this.answered());
      done();
    });
    // An answer may be sent while its handler goes on, as after a timeout: what it needs must stay open.
    const track = (result: unknown) => this.track(result);
    server.addHook('onRoute', (route) => {
      const { handler } = route;
      route.handler = function (request, reply) {
        return track(handler.call(this, request, reply));
      };
    });
  }

  /** Resolves when every request is answered. */
  async whenAnswered(): Promise<void> {
    while (this.unanswered > 0) await new Promise<void>((resolve) => (this.onIdle = resolve));
  }

  /** Resolves when no handler works any more. */
  async whenDone(): Promise<void> {
    while (this.handlers.size > 0) await Promise.allSettled(this.handlers);
  }

  private answered(): void {
    this.unanswered--;
    if (this.unanswered === 0) this.onIdle?.();
  }

  private track(result: unknown): unknown {
    if (!(result instanceof Promise)) return result;
    this.handlers.add(result);
    const forget = () => this.handlers.delete(result);
    result.then(forget, forget);
    return result;
  }
}
