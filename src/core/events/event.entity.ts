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
} from 'typeorm';
import { Organization } from '../identity/organization.entity.js';
import { TenantEntity } from '../tenancy/tenant-entity.js';

/** A fact, as it was when its transaction ended. */
@Entity('events')
@TenantEntity()
@Index('events_organization_id_id_idx', ['organizationId', 'id'])
@Index('events_expires_at_idx', ['expiresAt'])
@Check('events_payload_check', 'octet_length((payload)::text) <= 65536')
export class Event {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  organizationId: string;

  @Column('varchar', { length: 100 })
  name: string;

  @Column('json')
  payload: object;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Column('timestamptz', { default: () => `(now() + '7 days')` })
  expiresAt: Date;

  @ManyToOne(() => Organization, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'organization_id' })
  organization: Relation<Organization>;
}
