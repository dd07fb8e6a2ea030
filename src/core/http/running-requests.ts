import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Metrics } from '../metrics/metrics.js';
import { whenOver } from './request-end.js';

/** Counts what a closing process waits for: requests that are not answered, and handlers that still work. */
@Injectable()
export class RunningRequests {
  private unanswered = 0;
  private readonly handlers = new Set<Promise<unknown>>();
  private onIdle?: () => void;

  constructor(metrics: Metrics) {
    metrics.gauge('http_requests_in_flight', 'Requests that are not answered yet', () => this.unanswered);
  }

  count(request: FastifyRequest): void {
    this.unanswered++;
    whenOver(request, () => this.ended());
  }

  trackHandlers(server: FastifyInstance): void {
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

  private ended(): void {
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
