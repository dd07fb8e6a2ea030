import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { RouteMetadata } from '../http/route-metadata.js';
import { accessRuleOf, admits } from './access-rule.js';
import { Forbidden } from './access.errors.js';
import { callerOf } from './caller.js';

/** Denies by default: a route or event that says nothing answers 401 to strangers and 403 to everybody else. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly metadata: RouteMetadata) {}

  canActivate(context: ExecutionContext): boolean {
    if (!admits(accessRuleOf(this.metadata, context), callerOf(context).actor)) throw new Forbidden();
    return true;
  }
}
