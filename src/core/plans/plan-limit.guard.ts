import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { minutes } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { principalOf } from '../access/actor.js';
import { RouteMetadata } from '../http/route-metadata.js';
import { addressOf } from '../throttling/callers.js';
import { RateLimits } from '../throttling/rate-limits.js';
import { PLAN_LIMIT } from './plan-limit.decorator.js';
import { Plans } from './plans.js';

/**
 * As soon as it is known who asks: on routes of a group, by what their plan says. Each API key counts by itself, else each
 * user, wherever they are; on a route for everybody it is the address.
 */
@Injectable()
export class PlanLimitGuard implements CanActivate {
  constructor(
    private readonly metadata: RouteMetadata,
    private readonly plans: Plans,
    private readonly limits: RateLimits,
  ) {}

  canActivate(context: ExecutionContext): true | Promise<true> {
    if (context.getType() !== 'http') return true;
    const group = this.metadata.getAllAndOverride<string | undefined>(PLAN_LIMIT, [
      context.getHandler(),
      context.getClass(),
    ]);
    return group === undefined ? true : this.count(group, context);
  }

  private async count(group: string, context: ExecutionContext): Promise<true> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const { actor } = request;
    const quota = await this.plans.requestsPerMinute(actor?.organizationId, group);
    if (quota === undefined) return true;
    const limit = { name: `plan-${group}`, quota, windowMs: minutes(1) };
    const caller = actor === undefined ? addressOf(request) : principalOf(actor);
    await this.limits.take(limit, caller, request, http.getResponse<FastifyReply>());
    return true;
  }
}
