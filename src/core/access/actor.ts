/** Roles in an organization, weakest first. */
export const ROLES = ['viewer', 'member', 'admin', 'owner'] as const;
export type Role = (typeof ROLES)[number];

/** Who makes the request, as proven by its credentials. */
export interface Actor {
  readonly userId: string;
  /** The organization that the actor works in at this moment, and the role there. */
  readonly organizationId: string;
  readonly role: Role;
  /** Whether they run the platform, beside all organizations */
  readonly administrator: boolean;
  readonly sessionId: string;
}

export const hasRole = (actor: Actor, least: Role): boolean => ROLES.indexOf(actor.role) >= ROLES.indexOf(least);

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the actor guard on every route that is not public. */
    actor?: Actor;
  }
}
