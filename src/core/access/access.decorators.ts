import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { RouteMetadata } from '../http/route-metadata.js';
import type { Actor, Role } from './actor.js';
import { Unauthenticated } from './access.errors.js';

/** Who may call a route: anybody, or an actor with at least this role. A route without a rule answers to nobody. */
export type AccessRule = { readonly public: true } | { readonly role: Role };

export const ACCESS_RULE = 'aerie:access';

/** Anybody may call this, without credentials. */
export const Public = () => applyDecorators(rule({ public: true }), ApiExtension('x-access', 'public'));

/** Whoever has at least this role in the organization of the request. */
export const RequiresRole = (role: Role) =>
  applyDecorators(rule({ role }), ApiBearerAuth(), ApiExtension('x-access', role));

/** The actor of the request. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor } = context.switchToHttp().getRequest<FastifyRequest>();
  if (actor === undefined) throw new Unauthenticated();
  return actor;
});

/** The rule of a handler, else that of its controller. */
export function accessRuleOf(metadata: RouteMetadata, context: ExecutionContext): AccessRule | undefined {
  return metadata.getAllAndOverride(ACCESS_RULE, [context.getHandler(), context.getClass()]);
}

function rule(value: AccessRule) {
  return SetMetadata(ACCESS_RULE, value);
}
