import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RouteMetadata } from '../http/route-metadata.js';
import { accessRuleOf } from './access.decorators.js';
import { Forbidden } from './access.errors.js';
import { hasRole } from './actor.js';

/** Denies by default: a route that says nothing answers 401 to strangers and 403 to everybody else. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly metadata: RouteMetadata) {}

  canActivate(context: ExecutionContext): boolean {
    const rule = accessRuleOf(this.metadata, context);
    if (rule && 'public' in rule) return true;
    const { actor } = context.switchToHttp().getRequest<FastifyRequest>();
    if (rule === undefined || actor === undefined || !hasRole(actor, rule.role)) throw new Forbidden();
    return true;
  }
}
