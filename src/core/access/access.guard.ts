import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { RouteMetadata } from '../http/route-metadata.js';
import { UsersService } from '../identity/users.service.js';
import { accessRuleOf, admits, SIGNED_IN, VERIFIED_EMAIL } from './access-rule.js';
import { EmailNotVerified, Forbidden, InsufficientScope, SessionRequired } from './access.errors.js';
import type { Actor } from './actor.js';
import { callerOf } from './caller.js';
import { scopeOf } from './scopes.js';

/** Denies by default: a route or event that says nothing answers 401 to strangers and 403 to everybody else. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly metadata: RouteMetadata,
    private readonly users: UsersService,
    private readonly dataSource: DataSource,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { actor } = callerOf(context);
    if (!admits(accessRuleOf(this.metadata, context), actor)) throw new Forbidden();
    if (actor?.scopes !== undefined) this.holdKeyTo(actor.scopes, context);
    const isUnverified = actor?.emailVerified === false && this.demands(VERIFIED_EMAIL, context);
    return isUnverified ? this.lookForVerification(actor) : true;
  }

  /** The proof of who they are may be from before they followed the link. */
  private async lookForVerification({ userId }: Actor): Promise<boolean> {
    const { emailVerifiedAt } = await this.users.get(this.dataSource.manager, userId);
    if (emailVerifiedAt === null) throw new EmailNotVerified();
    return true;
  }

  /** A key may do what its scopes say of a route. Sockets have none. */
  private holdKeyTo(scopes: readonly string[], context: ExecutionContext): void {
    if (context.getType() !== 'http' || this.demands(SIGNED_IN, context)) throw new SessionRequired();
    const { method, routeOptions } = context.switchToHttp().getRequest<FastifyRequest>();
    const scope = scopeOf(method, routeOptions.url ?? '');
    if (!scopes.includes(scope)) throw new InsufficientScope(scope);
  }

  private demands(what: string, context: ExecutionContext): boolean {
    return this.metadata.getAllAndOverride(what, [context.getHandler(), context.getClass()]) === true;
  }
}
