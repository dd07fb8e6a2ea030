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
  /** Whether they have proven that their e-mail address is theirs */
  readonly emailVerified: boolean;
  /** The session, or the API key: what was opened by it ends with it. */
  readonly sessionId: string;
  /** What the API key may do, such as `bookings:read`; undefined of somebody who signed in */
  readonly scopes?: readonly string[];
}

export const hasRole = (actor: Pick<Actor, 'role'>, least: Role): boolean =>
  ROLES.indexOf(actor.role) >= ROLES.indexOf(least);

/** Whom use counts for: each key of a person by itself. */
export const principalOf = ({ userId, sessionId, scopes }: Actor): string =>
  scopes === undefined ? userId : sessionId;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the actor guard on every route that is not public. */
    actor?: Actor;
  }
}
