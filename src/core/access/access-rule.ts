import type { ExecutionContext } from '@nestjs/common';
import type { RouteMetadata } from '../http/route-metadata.js';
import { type Actor, hasRole, type Role } from './actor.js';

/**
 * Who may call a route: anybody, an actor with at least this role in their organization, or an administrator of the
 * platform. A route without a rule answers to nobody.
 */
export type AccessRule =
  | {
      readonly public: true;
      /** Whether credentials are read if there are some */
      readonly knowsActor?: true;
    }
  | { readonly role: Role }
  | { readonly administrator: true };

export const ACCESS_RULE = 'aerie:access';
export const VERIFIED_EMAIL = 'aerie:verified-email';
export const SIGNED_IN = 'aerie:signed-in';

/** The rule of a handler, else that of its controller. */
export function accessRuleOf(metadata: RouteMetadata, context: ExecutionContext): AccessRule | undefined {
  return metadata.getAllAndOverride(ACCESS_RULE, [context.getHandler(), context.getClass()]);
}

/** Whether the rule lets them in. Without a rule nobody comes in. */
export function admits(rule: AccessRule | undefined, actor: Actor | undefined): boolean {
  if (rule === undefined) return false;
  if ('public' in rule) return true;
  if (actor === undefined) return false;
  return 'role' in rule ? hasRole(actor, rule.role) : actor.administrator;
}
