import { Column, CreateDateColumn, Entity, Index, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Organization } from '../../core/identity/organization.entity.js';
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';

/**
 * That an organization has paid for a plan at least once. Whoever changes its paid time holds this row; which plan is in
 * force is told by the times alone.
 */
@Entity('subscriptions')
@TenantEntity()
export class Subscription {
  @PrimaryColumn('uuid')
  organizationId: string;

  /** The end of all that is paid for; null as long as nothing was */
  @Index()
  @Column('timestamptz', { nullable: true })
  paidUntil: Date | null;

  /** Since when it ends with the paid time, without a grace; null while it goes on */
  @Column('timestamptz', { nullable: true })
  cancelledAt: Date | null;

  /** Which end of the paid time the owners were mailed of */
  @Column('timestamptz', { nullable: true })
  renewalToldFor: Date | null;

  /** Which end of the paid time was told as an event, when it was over */
  @Column('timestamptz', { nullable: true })
  endToldFor: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @OneToOne(() => Organization, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'organization_id' })
  organization: Relation<Organization>;
}
