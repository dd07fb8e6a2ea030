import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Organization } from '../../core/identity/organization.entity.js';
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';

/** How much of a metric an organization has used in a month. */
@Entity('usage_counters')
@TenantEntity()
@Check('usage_counters_used_check', 'used BETWEEN 0 AND 9007199254740991')
@Check('usage_counters_period_check', 'extract(day FROM period) = 1')
export class UsageCounter {
  @PrimaryColumn('uuid')
  organizationId: string;

  @PrimaryColumn('varchar', { length: 30 })
  metric: string;

  /** The first day of the month, in UTC */
  @PrimaryColumn('date')
  period: string;

  @Column('bigint', { transformer: { from: Number, to: (used: number) => used } })
  used: number;

  @Index()
  @Column('timestamptz')
  expiresAt: Date;

  @ManyToOne(() => Organization, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'organization_id' })
  organization: Relation<Organization>;
}
