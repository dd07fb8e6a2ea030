import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';
import { TicketedEvent } from './ticketed-event.entity.js';

/** A kind of seats of an event, with one price. Its seats are rows only once somebody takes them. */
@Entity('seat_types')
@TenantEntity()
@Unique('seat_types_organization_id_event_id_id_key', ['organizationId', 'eventId', 'id'])
@Check('seat_types_name_check', `name <> ''`)
@Check('seat_types_price_minor_check', 'price_minor BETWEEN 0 AND 1000000000')
@Check('seat_types_currency_check', `currency ~ '^[A-Z]{3}$'`)
@Check('seat_types_capacity_check', 'capacity BETWEEN 1 AND 1000000')
export class SeatType {
  @PrimaryColumn('uuid')
  id: string;

  /** The seller */
  @Column('uuid')
  organizationId: string;

  @Column('uuid')
  eventId: string;

  /** As they were given */
  @Column('smallint')
  position: number;

  @Column('varchar', { length: 50 })
  name: string;

  /** In minor units of the currency */
  @Column('integer')
  priceMinor: number;

  @Column('varchar', { length: 3 })
  currency: string;

  @Column('integer')
  capacity: number;

  /** Whether its seats have labels, which are in `seat_rows`; otherwise it is general admission */
  @Column('boolean')
  isLabelled: boolean;

  @ManyToOne(() => TicketedEvent, { onDelete: 'CASCADE' })
  @JoinColumn([
    { name: 'organization_id', referencedColumnName: 'organizationId' },
    { name: 'event_id', referencedColumnName: 'id' },
  ])
  event: Relation<TicketedEvent>;
}
