import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RouteMetadata } from '../http/route-metadata.js';
import { accessRuleOf } from './access-rule.js';
import { Unauthenticated } from './access.errors.js';
import { Authenticators } from './authenticators.js';

/** Learns who asks, on every route that is not public. @throws {Unauthenticated} */
@Injectable()
export class ActorGuard implements CanActivate {
  constructor(
    private readonly metadata: RouteMetadata,
    private readonly authenticators: Authenticators,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = accessRuleOf(this.metadata, context);
    if (rule && 'public' in rule) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    request.actor = await this.authenticators.identify(request);
    if (request.actor === undefined) throw new Unauthenticated();
    return true;
  }
}
