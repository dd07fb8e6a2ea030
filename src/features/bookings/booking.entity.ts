import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  type Relation,
  Unique,
} from 'typeorm';
import { wholeNumber } from '../../core/database/whole-number.js';
import { Organization } from '../../core/identity/organization.entity.js';
import { User } from '../../core/identity/user.entity.js';
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';
import { TicketedEvent } from './ticketed-event.entity.js';

/** As what can be paid for. */
export const BOOKING = 'booking';
/** Why buyers read their own in whichever organization they work. */
export const OF_BUYER = 'a booking is its buyer’s, whatever organization they work in';
/** Why sellers read the bookings of all organizations. */
export const OF_SELLER = 'who sells seats sees who has booked them';

export const BOOKING_STATUSES = ['pending_payment', 'confirmed', 'cancelled', 'expired'] as const;
export type BookingStatus = (typeof BOOKING_STATUSES)[number];

/** A seat as it was booked: what it is called and costs later does not change it. */
export interface BookedSeat {
  readonly seatTypeId: string;
  readonly name: string;
  readonly label: string | null;
  readonly priceMinor: number;
}

/** Seats that somebody has bought, or is about to pay for. It has the id of the hold that it was. */
@Entity('bookings')
@TenantEntity()
@Unique('bookings_organization_id_id_key', ['organizationId', 'id'])
@Index('bookings_user_id_id_idx', ['userId', 'id'])
@Index('bookings_user_id_event_id_idx', ['userId', 'eventId'])
@Index('bookings_event_organization_id_event_id_id_idx', ['eventOrganizationId', 'eventId', 'id'])
@Index('bookings_expires_at_idx', ['expiresAt'], { where: `status = 'pending_payment'` })
@Index('bookings_event_id_confirmed_at_idx', ['eventId', 'confirmedAt'], {
  where: `status = 'confirmed' AND reminded_at IS NULL`,
})
@Check('bookings_status_check', `status IN ('pending_payment', 'confirmed', 'cancelled', 'expired')`)
@Check('bookings_expires_at_check', `(status = 'pending_payment') = (expires_at IS NOT NULL)`)
@Check('bookings_confirmed_at_check', `status <> 'confirmed' OR confirmed_at IS NOT NULL`)
@Check('bookings_cancelled_at_check', `(status = 'cancelled') = (cancelled_at IS NOT NULL)`)
@Check('bookings_checked_in_at_check', 'checked_in_at IS NULL OR confirmed_at IS NOT NULL')
@Check('bookings_seats_check', 'octet_length(seats::text) <= 16384')
@Check('bookings_total_minor_check', 'total_minor >= 0 AND total_minor <= 9007199254740991')
@Check('bookings_refunded_minor_check', 'refunded_minor >= 0 AND refunded_minor <= total_minor')
@Check('bookings_currency_check', `currency ~ '^[A-Z]{3}$'`)
export class Booking {
  @PrimaryColumn('uuid')
  id: string;

  /** The buyer's */
  @Column('uuid')
  organizationId: string;

  @Column('uuid')
  userId: string;

  /** The seller */
  @Column('uuid')
  eventOrganizationId: string;

  @Column('uuid')
  eventId: string;

  @Column('varchar', { length: 15 })
  status: BookingStatus;

  @Column('jsonb')
  seats: readonly BookedSeat[];

  /** In minor units of the currency */
  @Column('bigint', { transformer: wholeNumber })
  totalMinor: number;

  @Column('varchar', { length: 3 })
  currency: string;

  /** How much of it went back */
  @Column('bigint', { transformer: wholeNumber, default: 0 })
  refundedMinor: number;

  /** The one that it waits for, or that paid it */
  @Column('uuid', { nullable: true, comment: 'no foreign key: payments are of another feature' })
  paymentId: string | null;

  /** Until when it waits to be paid for */
  @Column('timestamptz', { nullable: true })
  expiresAt: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Column('timestamptz', { nullable: true })
  confirmedAt: Date | null;

  @Column('timestamptz', { nullable: true })
  cancelledAt: Date | null;

  @Column('timestamptz', { nullable: true })
  checkedInAt: Date | null;

  /** When its reminder was written */
  @Column('timestamptz', { nullable: true })
  remindedAt: Date | null;

  /** When its buyer last heard that the event was moved */
  @Column('timestamptz', { nullable: true })
  toldOfMoveAt: Date | null;

  @ManyToOne(() => Organization, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'organization_id' })
  organization: Relation<Organization>;

  @ManyToOne(() => User, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;

  @ManyToOne(() => TicketedEvent, { onDelete: 'RESTRICT' })
  @JoinColumn([
    {
      name: 'event_organization_id',
      referencedColumnName: 'organizationId',
      foreignKeyConstraintName: 'bookings_event_id_fkey',
    },
    { name: 'event_id', referencedColumnName: 'id' },
  ])
  event: Relation<TicketedEvent>;
}
