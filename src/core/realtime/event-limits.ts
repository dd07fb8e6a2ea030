import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { seconds } from '@nestjs/throttler';
import { currentRequest } from '../http/request-context.js';
import { RouteMetadata } from '../http/route-metadata.js';
import { type Limit, RateLimits } from '../throttling/rate-limits.js';
import { RateLimited } from '../throttling/throttling.errors.js';
import type { ClientSocket } from './client.js';
import { SocketProblems } from './socket-problems.js';

const EVENT_LIMIT = 'aerie:event-limit';

interface OwnLimit {
  readonly limit: number;
  /** Milliseconds */
  readonly ttl: number;
}

const USUAL: Limit = { name: 'events', quota: 10, windowMs: seconds(10) };
/** Of those whom nobody knows, many may come from one address. */
const STRANGERS = 10;

const STRIKES = 3;
const STRIKES_FORGOTTEN_MS = 10_000;
// What a client has sent already is answered, so that it learns why it is put out.
const LINGER_MS = 1_000;

/** A limit of this event alone, by user, in place of the usual one: 10 events in 10 seconds, whichever they are. */
export const EventLimit = (limit: OwnLimit) => SetMetadata(EVENT_LIMIT, limit);

/** Counts events by user, on all instances together, or by socket and address where nobody knows the user. */
@Injectable()
export class EventLimits {
  private readonly strikes = new WeakMap<ClientSocket, { count: number; at: number }>();

  constructor(
    private readonly limits: RateLimits,
    private readonly problems: SocketProblems,
  ) {}

  /** @throws {RateLimited} and puts the socket out a second after the third time */
  async take(socket: ClientSocket, limit = USUAL): Promise<void> {
    try {
      await Promise.all(callersOf(socket, limit).map(([one, caller]) => this.limits.demand(one, caller)));
    } catch (thrown) {
      if (thrown instanceof RateLimited) this.strike(socket, thrown);
      throw thrown;
    }
  }

  private strike(socket: ClientSocket, error: RateLimited): void {
    const now = performance.now();
    const before = this.strikes.get(socket);
    const count = before && now - before.at < STRIKES_FORGOTTEN_MS ? before.count + 1 : 1;
    this.strikes.set(socket, { count, at: now });
    if (count !== STRIKES) return;
    const requestId = currentRequest()?.requestId ?? '';
    setTimeout(() => this.problems.expel(socket, error, requestId), LINGER_MS).unref();
  }
}

/** Before anything else is done for an event. */
@Injectable()
export class EventLimitGuard implements CanActivate {
  constructor(
    private readonly metadata: RouteMetadata,
    private readonly limits: EventLimits,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    return context.getType() === 'ws' ? this.count(context) : true;
  }

  private async count(context: ExecutionContext): Promise<boolean> {
    const [handler, gateway] = [context.getHandler(), context.getClass()];
    const own = this.metadata.getAllAndOverride<OwnLimit | undefined>(EVENT_LIMIT, [handler, gateway]);
    const limit = own && { name: `${gateway.name}.${handler.name}`, quota: own.limit, windowMs: own.ttl };
    await this.limits.take(context.switchToWs().getClient<ClientSocket>(), limit);
    return true;
  }
}

function callersOf({ id, data }: ClientSocket, limit: Limit): [Limit, string][] {
  if (data.actor !== undefined) return [[limit, `user ${data.actor.userId}`]];
  return [
    [limit, `socket ${id}`],
    [{ ...limit, quota: limit.quota * STRANGERS }, `address ${data.network}`],
  ];
}
