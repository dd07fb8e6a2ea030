import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RouteMetadata } from '../http/route-metadata.js';
import { accessRuleOf, admits } from './access-rule.js';
import { Forbidden } from './access.errors.js';

/** Denies by default: a route that says nothing answers 401 to strangers and 403 to everybody else. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly metadata: RouteMetadata) {}

  canActivate(context: ExecutionContext): boolean {
    const { actor } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!admits(accessRuleOf(this.metadata, context), actor)) throw new Forbidden();
    return true;
  }
}
