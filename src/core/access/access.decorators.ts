import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiSecurity } from '@nestjs/swagger';
import { ACCESS_RULE, type AccessRule, SIGNED_IN, VERIFIED_EMAIL } from './access-rule.js';
import type { Actor, Role } from './actor.js';
import { Unauthenticated } from './access.errors.js';
import { callerOf } from './caller.js';

/** Anybody may call this, without credentials. */
export const Public = () => applyDecorators(rule({ public: true }), documented('public'));

/** The same, which shows more to somebody who says who they are: `@ActorIfAny()`. Credentials that are wrong are refused. */
export const PublicWithActor = () =>
  applyDecorators(
    rule({ public: true, knowsActor: true }),
    documented('public'),
    mark('x-knows-actor'),
    ApiBearerAuth(),
    ApiSecurity({}),
  );

/** Whoever has at least this role in the organization of the request. */
export const RequiresRole = (role: Role) => applyDecorators(rule({ role }), ApiBearerAuth(), documented(role));

/** Whoever runs the platform, whatever their role in an organization. Each call leaves a row in the audit log. */
export const RequiresAdministrator = () =>
  applyDecorators(rule({ administrator: true }), ApiBearerAuth(), documented('administrator'));

/** Beside their role: whoever has proven that their e-mail address is theirs. For what reaches other people or money. */
export const RequiresVerifiedEmail = () => applyDecorators(SetMetadata(VERIFIED_EMAIL, true), mark('x-verified-email'));

/** Beside their role: whoever has signed in. An API key is not enough for what is about the account itself. */
export const RequiresSession = () => applyDecorators(SetMetadata(SIGNED_IN, true), mark('x-session'));

/** The actor of the request, or of the socket. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor } = callerOf(context);
  if (actor === undefined) throw new Unauthenticated();
  return actor;
});

/** The actor of a request to a route that is `@PublicWithActor()`, if it has any credentials. */
export const ActorIfAny = createParamDecorator(
  (_: unknown, context: ExecutionContext): Actor | undefined => callerOf(context).actor,
);

function rule(value: AccessRule) {
  return SetMetadata(ACCESS_RULE, value);
}

const documented = (access: string) => extension('x-access', access);
const mark = (name: string) => extension(name, true);

/** Gateways have no document, and Swagger stumbles over the null that `@WebSocketServer()` leaves in their class. */
function extension(name: string, value: unknown): ClassDecorator & MethodDecorator {
  const extend = ApiExtension(name, value);
  return (target: object, ...member: [] | [string | symbol, PropertyDescriptor]) => {
    const isGateway = typeof target === 'function' && Object.values(target.prototype as object).includes(null);
    if (!isGateway) Reflect.apply(extend, undefined, [target, ...member]);
  };
}
