import { Check, Column, Entity, Index, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';
import { SeatType } from './seat-type.entity.js';

/** A seat that somebody has or had a moment ago. Of a seat that nobody wants there is no row. */
@Entity('seats')
@TenantEntity()
@Unique('seats_event_id_seat_type_id_label_key', ['eventId', 'seatTypeId', 'label'])
// Not of all seats: else a plan of when there were few might look for a label in it, and read a whole event.
@Index('seats_event_id_seat_type_id_expires_at_idx', ['eventId', 'seatTypeId', 'expiresAt'], {
  where: 'expires_at IS NOT NULL',
})
@Index('seats_hold_id_idx', ['holdId'])
@Check('seats_label_check', `label <> ''`)
export class Seat {
  @Column({ type: 'bigint', primary: true, generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: string;

  /** The seller */
  @Column('uuid')
  organizationId: string;

  @Column('uuid')
  eventId: string;

  @Column('uuid')
  seatTypeId: string;

  /** Null in general admission, where nobody has a seat of their own */
  @Column({ type: 'varchar', length: 16, collation: 'C', nullable: true })
  label: string | null;

  /** Of the hold, or the booking that it became, which has its id */
  @Column('uuid', { comment: 'no foreign key: of a hold, or of the booking that it became, which has its id' })
  holdId: string;

  /** From when on anybody may take it; null once it is sold */
  @Column('timestamptz', { nullable: true })
  expiresAt: Date | null;

  @ManyToOne(() => SeatType, { onDelete: 'RESTRICT' })
  @JoinColumn([
    {
      name: 'organization_id',
      referencedColumnName: 'organizationId',
      foreignKeyConstraintName: 'seats_seat_type_id_fkey',
    },
    { name: 'event_id', referencedColumnName: 'eventId' },
    { name: 'seat_type_id', referencedColumnName: 'id' },
  ])
  seatType: Relation<SeatType>;
}
