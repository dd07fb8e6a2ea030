import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';
import { BookingExport } from './export.entity.js';

/** A piece of an export: neither who writes the file nor who reads it ever has more than one of them in memory. */
@Entity('booking_export_parts')
@TenantEntity()
@Index('booking_export_parts_expires_at_idx', ['expiresAt'])
@Check('booking_export_parts_number_check', 'number >= 0')
@Check('booking_export_parts_content_check', 'octet_length(content) <= 8388608')
export class BookingExportPart {
  @PrimaryColumn('uuid')
  organizationId: string;

  @PrimaryColumn('uuid')
  exportId: string;

  /** From 0, without gaps */
  @PrimaryColumn('integer')
  number: number;

  /** CSV: whole lines */
  @Column('text')
  content: string;

  @Column('timestamptz')
  expiresAt: Date;

  @ManyToOne(() => BookingExport, { onDelete: 'CASCADE' })
  @JoinColumn([
    { name: 'organization_id', referencedColumnName: 'organizationId' },
    { name: 'export_id', referencedColumnName: 'id' },
  ])
  export: Relation<BookingExport>;
}
