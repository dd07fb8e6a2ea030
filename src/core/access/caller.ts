import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Actor } from './actor.js';

/** Who calls, as far as it is known by now. */
export interface Caller {
  readonly actor?: Actor;
}

/** The caller of a route, or the socket that an event came on. */
export function callerOf(context: ExecutionContext): Caller {
  if (context.getType() === 'http') return context.switchToHttp().getRequest<FastifyRequest>();
  return context.switchToWs().getClient<{ data: Caller }>().data;
}
