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
import { Organization } from '../../core/identity/organization.entity.js';
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';

/** Why anybody reads the events of all organizations. */
export const OF_EVERYBODY = 'published events are there for everybody to see';

export const EVENT_STATUSES = ['draft', 'published', 'cancelled'] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];

/** Something that takes place, and has seats. It belongs to the organization that sells them. */
@Entity('ticketed_events')
@TenantEntity()
@Unique('ticketed_events_organization_id_id_key', ['organizationId', 'id'])
@Index('ticketed_events_status_starts_at_id_idx', ['status', 'startsAt', 'id'])
@Index('ticketed_events_words_idx', { synchronize: false })
@Check('ticketed_events_title_check', `title <> ''`)
@Check('ticketed_events_venue_check', `venue <> ''`)
@Check('ticketed_events_status_check', `status IN ('draft', 'published', 'cancelled')`)
@Check('ticketed_events_published_at_check', `status <> 'published' OR published_at IS NOT NULL`)
@Check('ticketed_events_cancelled_at_check', `(status = 'cancelled') = (cancelled_at IS NOT NULL)`)
export class TicketedEvent {
  @PrimaryColumn('uuid')
  id: string;

  /** The seller */
  @Column('uuid')
  organizationId: string;

  @Column('varchar', { length: 200 })
  title: string;

  @Column('varchar', { length: 200 })
  venue: string;

  /** Of the title and the venue, to be found by */
  @Column('tsvector', { nullable: true, select: false })
  words: string | null;

  @Column('timestamptz')
  startsAt: Date;

  /** Of the venue, as IANA calls it: `Europe/Berlin` */
  @Column('varchar', { length: 64 })
  timezone: string;

  @Column('varchar', { length: 9, default: 'draft' })
  status: EventStatus;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Column('timestamptz', { nullable: true })
  publishedAt: Date | null;

  @Column('timestamptz', { nullable: true })
  cancelledAt: Date | null;

  /** When its time or its venue last changed after it was published */
  @Column('timestamptz', { nullable: true })
  movedAt: Date | null;

  @ManyToOne(() => Organization, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'organization_id' })
  organization: Relation<Organization>;
}
