import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { wholeNumber } from '../../core/database/whole-number.js';
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';
import { SeatType } from './seat-type.entity.js';

/**
 * How many seats of a type have rows, so that nobody has to count them. Of labelled seats it is a sum over slots, so that
 * those who take seats of one type at the same time do not wait for each other, and a slot may be below zero. Of
 * general admission there is one slot, whose CHECK decides who gets the last seat.
 */
@Entity('seat_tallies')
@TenantEntity()
@Index('seat_tallies_organization_id_event_id_seat_type_id_idx', ['organizationId', 'eventId', 'seatTypeId'])
@Check('seat_tallies_room_check', 'room IS NULL OR (taken >= 0 AND taken <= room)')
export class SeatTally {
  @PrimaryColumn('uuid')
  seatTypeId: string;

  @PrimaryColumn('smallint')
  slot: number;

  /** The seller */
  @Column('uuid')
  organizationId: string;

  @Column('uuid')
  eventId: string;

  @Column('integer')
  taken: number;

  /** How often it changed: the sum over an event is the version of what is available there */
  @Column('bigint', { transformer: wholeNumber })
  changes: number;

  /** The capacity in general admission; null where labels decide */
  @Column('integer', { nullable: true })
  room: number | null;

  @ManyToOne(() => SeatType, { onDelete: 'CASCADE' })
  @JoinColumn([
    {
      name: 'organization_id',
      referencedColumnName: 'organizationId',
      foreignKeyConstraintName: 'seat_tallies_seat_type_id_fkey',
    },
    { name: 'event_id', referencedColumnName: 'eventId' },
    { name: 'seat_type_id', referencedColumnName: 'id' },
  ])
  seatType: Relation<SeatType>;
}
