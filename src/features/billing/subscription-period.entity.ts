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
import { Organization } from '../../core/identity/organization.entity.js';
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';
import type { Plan } from './plan-table.js';

/** `open`: to be paid for. `withdrawn`: nobody can pay for it any more. */
export type PeriodState = 'open' | 'paid' | 'refunded' | 'withdrawn';

/** A month of a plan, which can be paid for once. */
@Entity('subscription_periods')
@TenantEntity()
@Index('subscription_periods_one_open', ['organizationId', 'plan', 'amount', 'currency'], {
  unique: true,
  where: `state = 'open'`,
})
@Index('subscription_periods_organization_id_ends_at_idx', ['organizationId', 'endsAt'])
@Check('subscription_periods_state_check', `state IN ('open', 'paid', 'refunded', 'withdrawn')`)
@Check('subscription_periods_currency_check', `currency ~ '^[A-Z]{3}$'`)
@Check('subscription_periods_amount_check', 'amount BETWEEN 1 AND 9007199254740991')
@Check('subscription_periods_terms_check', 'octet_length(terms::text) <= 20000')
@Check('subscription_periods_ends_at_check', 'ends_at >= starts_at')
@Check(
  'subscription_periods_paid_check',
  `(state IN ('paid', 'refunded')) = (starts_at IS NOT NULL AND ends_at IS NOT NULL AND payment_id IS NOT NULL)`,
)
export class SubscriptionPeriod {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  organizationId: string;

  @Column('varchar', { length: 30 })
  plan: string;

  /** What the plan gave when it was asked for: what is paid for holds, also when the plan is there no more */
  @Column('jsonb')
  terms: Plan;

  /** In minor units of the currency */
  @Column('bigint', { transformer: { from: Number, to: (amount: number) => amount } })
  amount: number;

  @Column('varchar', { length: 3 })
  currency: string;

  @Column('varchar', { length: 10, default: 'open' })
  state: PeriodState;

  @Column('uuid', { nullable: true, comment: 'no foreign key: of whatever takes the money, behind a port' })
  paymentId: string | null;

  @Column('timestamptz', { nullable: true })
  startsAt: Date | null;

  @Column('timestamptz', { nullable: true })
  endsAt: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @ManyToOne(() => Organization, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'organization_id' })
  organization: Relation<Organization>;
}
