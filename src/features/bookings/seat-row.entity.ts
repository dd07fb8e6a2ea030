import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';
import { SeatType } from './seat-type.entity.js';

/** Which labels the seats of a type have, as a range: `A1` to `A20`. A type without rows is general admission. */
@Entity('seat_rows')
@TenantEntity()
@Index('seat_rows_list_idx', ['organizationId', 'eventId', 'seatTypeId', 'seatsBefore'])
@Check('seat_rows_prefix_check', `prefix !~ '[0-9]$'`)
@Check('seat_rows_first_check', 'first BETWEEN 0 AND last')
@Check('seat_rows_last_check', 'last <= 999999')
export class SeatRow {
  @PrimaryColumn('uuid')
  seatTypeId: string;

  /** Ends with no digit, so that a label is of one row only */
  @PrimaryColumn('varchar', { length: 10 })
  prefix: string;

  @PrimaryColumn('integer')
  first: number;

  @Column('integer')
  last: number;

  /** How many seats of the type come before its own */
  @Column('integer')
  seatsBefore: number;

  /** The seller */
  @Column('uuid')
  organizationId: string;

  @Column('uuid')
  eventId: string;

  @ManyToOne(() => SeatType, { onDelete: 'CASCADE' })
  @JoinColumn([
    {
      name: 'organization_id',
      referencedColumnName: 'organizationId',
      foreignKeyConstraintName: 'seat_rows_seat_type_id_fkey',
    },
    { name: 'event_id', referencedColumnName: 'eventId' },
    { name: 'seat_type_id', referencedColumnName: 'id' },
  ])
  seatType: Relation<SeatType>;
}
