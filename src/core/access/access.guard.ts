import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ACCESS_RULE, type AccessRule } from './access.decorators.js';
import { Forbidden, Unauthenticated } from './access.errors.js';
import { type Actor, hasRole } from './actor.js';
import { Authenticators } from './authenticators.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the access guard on every route that is not public. */
    actor?: Actor;
  }
}

/** Denies by default: a route that says nothing answers 401 to strangers and 403 to everybody else. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticators: Authenticators,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS_RULE, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (rule && 'public' in rule) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    request.actor = await this.authenticators.identify(request);
    if (request.actor === undefined) throw new Unauthenticated();
    if (rule === undefined || !hasRole(request.actor, rule.role)) throw new Forbidden();
    return true;
  }
}
