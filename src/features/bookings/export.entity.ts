import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  IsNull,
  JoinColumn,
  ManyToOne,
  MoreThan,
  Not,
  PrimaryColumn,
  type Relation,
  Unique,
} from 'typeorm';
import { Organization } from '../../core/identity/organization.entity.js';
import { User } from '../../core/identity/user.entity.js';
import type { Condition } from '../../core/tenancy/own-rows.js';
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';
import { TicketedEvent } from './ticketed-event.entity.js';

/** The bookings of an event as a file, whose content is in its parts. */
@Entity('booking_exports')
@TenantEntity()
@Unique('booking_exports_organization_id_id_key', ['organizationId', 'id'])
@Index('booking_exports_user_id_idx', ['userId'])
@Index('booking_exports_organization_id_event_id_idx', ['organizationId', 'eventId'])
@Index('booking_exports_expires_at_idx', ['expiresAt'])
@Check('booking_exports_rows_check', 'rows >= 0')
export class BookingExport {
  /** That of the job that makes it */
  @PrimaryColumn('uuid')
  id: string;

  /** The seller */
  @Column('uuid')
  organizationId: string;

  /** Who asked for it */
  @Column('uuid')
  userId: string;

  @Column('uuid')
  eventId: string;

  /** How many bookings it has; null until it is whole and paid for */
  @Column('integer', { nullable: true })
  rows: number | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Column('timestamptz')
  expiresAt: Date;

  @ManyToOne(() => Organization, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'organization_id' })
  organization: Relation<Organization>;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;

  @ManyToOne(() => TicketedEvent, { onDelete: 'CASCADE' })
  @JoinColumn([
    { name: 'organization_id', referencedColumnName: 'organizationId' },
    { name: 'event_id', referencedColumnName: 'id' },
  ])
  event: Relation<TicketedEvent>;
}

/** Whole, and not over. */
export const downloadable = (): Condition<BookingExport> => ({ rows: Not(IsNull()), expiresAt: MoreThan(new Date()) });
