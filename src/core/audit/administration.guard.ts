import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { accessRuleOf } from '../access/access-rule.js';
import { RouteMetadata } from '../http/route-metadata.js';
import { Audit } from './audit.service.js';
import { defineAuditAction } from './define-audit-action.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const administrationCalled = defineAuditAction('administration.called');

/** Writes down each call of an administrator's route before it is answered: what they look at is an act too. */
@Injectable()
export class AdministrationGuard implements CanActivate {
  constructor(
    private readonly metadata: RouteMetadata,
    private readonly audit: Audit,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const rule = accessRuleOf(this.metadata, context);
    if (rule === undefined || !('administrator' in rule)) return true;
    return this.writeDown(context.switchToHttp().getRequest<FastifyRequest>());
  }

  private async writeDown({ actor, method, routeOptions, params }: FastifyRequest): Promise<boolean> {
    if (actor === undefined) return false;
    const { id = '' } = params as { id?: string };
    // The template of the route, and of what it names only an id: nothing that somebody has typed.
    const type = `${method} ${routeOptions.url ?? ''}`.slice(0, 200);
    await this.audit.recordAlone(actor, administrationCalled, { type, ...(UUID.test(id) && { id }) });
    return true;
  }
}
