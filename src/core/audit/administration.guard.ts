import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { accessRuleOf } from '../access/access-rule.js';
import type { Actor } from '../access/actor.js';
import { callerOf } from '../access/caller.js';
import { RouteMetadata } from '../http/route-metadata.js';
import { Audit, type AuditTarget } from './audit.service.js';
import { defineAuditAction } from './define-audit-action.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const administrationCalled = defineAuditAction('administration.called');

/** Writes down each call of an administrator's route or event before it is answered: what they look at is an act too. */
@Injectable()
export class AdministrationGuard implements CanActivate {
  constructor(
    private readonly metadata: RouteMetadata,
    private readonly audit: Audit,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const rule = accessRuleOf(this.metadata, context);
    if (rule === undefined || !('administrator' in rule)) return true;
    return this.writeDown(callerOf(context).actor, targetOf(context));
  }

  private async writeDown(actor: Actor | undefined, target: AuditTarget): Promise<boolean> {
    if (actor === undefined) return false;
    await this.audit.recordAlone(actor, administrationCalled, target);
    return true;
  }
}

/** The template of the route, and of what it names only an id: nothing that somebody has typed. */
function targetOf(context: ExecutionContext): AuditTarget {
  if (context.getType() !== 'http') return { type: context.switchToWs().getPattern() };
  const { method, routeOptions, params } = context.switchToHttp().getRequest<FastifyRequest>();
  const { id = '' } = params as { id?: string };
  return { type: `${method} ${routeOptions.url ?? ''}`.slice(0, 200), ...(UUID.test(id) && { id }) };
}
