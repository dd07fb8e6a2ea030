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
import { wholeNumber } from '../../core/database/whole-number.js';
import { Payment } from './payment.entity.js';

export const REFUND_STATUSES = ['pending', 'succeeded', 'failed'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];

/** Money on its way back to the buyer. */
@Entity('payment_refunds')
@TenantEntity()
@Unique('payment_refunds_one_of_reference_key', ['organizationId', 'paymentId', 'reference'])
@Index('payment_refunds_organization_id_payment_id_id_idx', ['organizationId', 'paymentId', 'id'])
@Check('payment_refunds_amount_check', 'amount BETWEEN 1 AND 9007199254740991')
@Check('payment_refunds_status_check', `status IN ('pending', 'succeeded', 'failed')`)
@Check('payment_refunds_attempt_at_check', `(attempt_at IS NULL) = (status <> 'pending')`)
@Check('payment_refunds_ended_at_check', `(ended_at IS NULL) = (status = 'pending')`)
export class PaymentRefund {
  @PrimaryColumn('uuid')
  id: string;

  /** Of the buyer, as of the payment */
  @Column('uuid')
  organizationId: string;

  @Column('uuid')
  paymentId: string;

  @Column('bigint', { transformer: wholeNumber })
  amount: number;

  @Column('varchar', { length: 200 })
  reason: string;

  /** By which whoever wants it asks for it: of one reference there is one */
  @Column('varchar', { length: 200 })
  reference: string;

  @Column('varchar', { length: 10, default: 'pending' })
  status: RefundStatus;

  @Column('varchar', { length: 255, nullable: true })
  providerReference: string | null;

  @Column('integer', { default: 0 })
  attempts: number;

  /** When the provider is asked (again) */
  @Index()
  @Column('timestamptz', { nullable: true, default: () => 'now()' })
  attemptAt: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Column('timestamptz', { nullable: true })
  endedAt: Date | null;

  @ManyToOne(() => Organization, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'organization_id' })
  organization: Relation<Organization>;

  @ManyToOne(() => Payment, { onDelete: 'RESTRICT' })
  @JoinColumn([
    { name: 'organization_id', referencedColumnName: 'organizationId' },
    { name: 'payment_id', referencedColumnName: 'id' },
  ])
  payment: Relation<Payment>;
}
