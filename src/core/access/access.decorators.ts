import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import { ACCESS_RULE, type AccessRule } from './access-rule.js';
import type { Actor, Role } from './actor.js';
import { Unauthenticated } from './access.errors.js';
import { callerOf } from './caller.js';

/** Anybody may call this, without credentials. */
export const Public = () => applyDecorators(rule({ public: true }), documented('public'));

/** Whoever has at least this role in the organization of the request. */
export const RequiresRole = (role: Role) => applyDecorators(rule({ role }), ApiBearerAuth(), documented(role));

/** Whoever runs the platform, whatever their role in an organization. Each call leaves a row in the audit log. */
export const RequiresAdministrator = () =>
  applyDecorators(rule({ administrator: true }), ApiBearerAuth(), documented('administrator'));

/** The actor of the request, or of the socket. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor } = callerOf(context);
  if (actor === undefined) throw new Unauthenticated();
  return actor;
});

function rule(value: AccessRule) {
  return SetMetadata(ACCESS_RULE, value);
}

/** Gateways have no document, and Swagger stumbles over the null that `@WebSocketServer()` leaves in their class. */
function documented(access: string): ClassDecorator & MethodDecorator {
  const extend = ApiExtension('x-access', access);
  return (target: object, ...member: [] | [string | symbol, PropertyDescriptor]) => {
    const isGateway = typeof target === 'function' && Object.values(target.prototype as object).includes(null);
    if (!isGateway) Reflect.apply(extend, undefined, [target, ...member]);
  };
}
