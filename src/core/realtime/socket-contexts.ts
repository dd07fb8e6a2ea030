import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { inContext, RequestContext } from '../http/request-context.js';
import { lifecycleConfig, type LifecycleConfig } from '../lifecycle/lifecycle.config.js';
import { addressOf, rawCallerOf } from '../throttling/callers.js';
import { throttlingConfig, type ThrottlingConfig } from '../throttling/throttling.config.js';

/** What sockets do, in contexts like those of requests. */
@Injectable()
export class SocketContexts {
  constructor(
    @Inject(throttlingConfig.KEY) private readonly throttling: ThrottlingConfig,
    @Inject(lifecycleConfig.KEY) private readonly lifecycle: LifecycleConfig,
  ) {}

  /** Does work for a socket, with an id of its own. @param handshake the request that the socket began with */
  around<T>(handshake: IncomingMessage, work: (context: RequestContext) => T): T {
    const caller = rawCallerOf(handshake, this.throttling.trustProxy);
    const endsAt = performance.now() + this.lifecycle.requestTimeoutMs;
    const context = new RequestContext(randomUUID(), caller, endsAt);
    return inContext(context, () => work(context));
  }

  /** Where a socket comes from, as limits count. */
  networkOf(handshake: IncomingMessage): string {
    return addressOf(rawCallerOf(handshake, this.throttling.trustProxy));
  }
}
