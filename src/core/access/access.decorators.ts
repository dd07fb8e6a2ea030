import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ACCESS_RULE, type AccessRule } from './access-rule.js';
import type { Actor, Role } from './actor.js';
import { Unauthenticated } from './access.errors.js';

/** Anybody may call this, without credentials. */
export const Public = () => applyDecorators(rule({ public: true }), ApiExtension('x-access', 'public'));

/** Whoever has at least this role in the organization of the request. */
export const RequiresRole = (role: Role) =>
  applyDecorators(rule({ role }), ApiBearerAuth(), ApiExtension('x-access', role));

/** Whoever runs the platform, whatever their role in an organization. Each call leaves a row in the audit log. */
export const RequiresAdministrator = () =>
  applyDecorators(rule({ administrator: true }), ApiBearerAuth(), ApiExtension('x-access', 'administrator'));

/** The actor of the request. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor } = context.switchToHttp().getRequest<FastifyRequest>();
  if (actor === undefined) throw new Unauthenticated();
  return actor;
});

function rule(value: AccessRule) {
  return SetMetadata(ACCESS_RULE, value);
}
