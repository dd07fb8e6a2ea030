import type { SelectQueryBuilder } from 'typeorm';
import type { Actor } from '../../core/access/actor.js';
import type { Tx } from '../../core/database/transactions.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { acrossOrganizations, scope } from '../../core/tenancy/scope.js';
import type { OfTenant } from '../../core/tenancy/tenant-entity.js';
import { Booking, OF_BUYER } from './booking.entity.js';

/** A booking, by the organization of its buyer. */
export interface OfBuyer extends OfTenant {
  readonly id: string;
}

/** With their events. */
export const bookingsOf = (tx: Tx, tenant: OfTenant): SelectQueryBuilder<Booking> =>
  scope(tx, tenant).of(Booking).select('booking').innerJoinAndSelect('booking.event', 'event');

/** @returns it with its event. @throws {NotFound} */
export function bookingOf(tx: Tx, { organizationId, id }: OfBuyer): Promise<Booking> {
  return found(bookingsOf(tx, { organizationId }).where({ id }));
}

/** One that the actor has made, in whichever organization. @returns it with its event. @throws {NotFound} */
export function ownBooking(tx: Tx, { userId }: Actor, id: string): Promise<Booking> {
  const all = acrossOrganizations(tx, OF_BUYER).of(Booking).select('booking');
  return found(all.innerJoinAndSelect('booking.event', 'event').where({ id, userId }));
}

async function found(query: SelectQueryBuilder<Booking>): Promise<Booking> {
  const booking = await query.getOne();
  if (booking === null) throw new NotFound('The booking');
  return booking;
}
