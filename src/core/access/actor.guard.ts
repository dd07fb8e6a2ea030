import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RouteMetadata } from '../http/route-metadata.js';
import { accessRuleOf } from './access-rule.js';
import { Unauthenticated } from './access.errors.js';
import { Authenticators } from './authenticators.js';
import { callerOf } from './caller.js';

/** Learns who asks, on every route that wants to know; of a socket it is known. @throws {Unauthenticated} */
@Injectable()
export class ActorGuard implements CanActivate {
  constructor(
    private readonly metadata: RouteMetadata,
    private readonly authenticators: Authenticators,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = accessRuleOf(this.metadata, context);
    const isPublic = rule !== undefined && 'public' in rule;
    if (isPublic && !rule.knowsActor) return true;
    if (context.getType() === 'http') await this.identify(context.switchToHttp().getRequest<FastifyRequest>());
    if (!isPublic && callerOf(context).actor === undefined) throw new Unauthenticated();
    return true;
  }

  private async identify(request: FastifyRequest): Promise<void> {
    const proof = await this.authenticators.identify(request);
    request.actor = proof?.actor;
  }
}
