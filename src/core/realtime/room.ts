import type { OfTenant } from '../tenancy/tenant-entity.js';

/** Where what is protected is told and asked. */
export const EVENTS = '/events';
/** Where anybody hears what is public, and says nothing. */
export const LIVE = '/live';

/** Some sockets, on whatever instance: made by the functions below only. */
export interface Room {
  readonly namespace: string;
  readonly name: string;
}

/** Every socket of a user. */
export const userRoom = (userId: string): Room => ({ namespace: EVENTS, name: `user:${userId}` });

/** Every socket of whoever works in an organization. */
export const organizationRoom = ({ organizationId }: Readonly<OfTenant>): Room => ({
  namespace: EVENTS,
  name: `organization:${organizationId}`,
});

/** Whoever looks at something public. @param kind as it was opened with `LiveRooms.open` */
export const liveRoom = (kind: string, id: string): Room => ({ namespace: LIVE, name: `${kind}:${id}` });
