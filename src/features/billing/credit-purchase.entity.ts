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
import { wholeNumber } from '../../core/database/whole-number.js';

/** A pack of credits that somebody wants to buy, as it was offered then. */
@Entity('credit_purchases')
@TenantEntity()
@Index('credit_purchases_organization_id_id_idx', ['organizationId', 'id'])
@Check('credit_purchases_credits_check', 'credits > 0 AND credits <= 9007199254740991')
@Check('credit_purchases_currency_check', `currency ~ '^[A-Z]{3}$'`)
@Check('credit_purchases_amount_check', 'amount > 0 AND amount <= 9007199254740991')
@Check('credit_purchases_payment_id_check', '(payment_id IS NULL) = (paid_at IS NULL)')
@Check('credit_purchases_due_back_check', 'due_back >= 0 AND due_back <= credits')
@Check('credit_purchases_taken_back_check', 'taken_back >= 0 AND taken_back <= due_back')
export class CreditPurchase {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  organizationId: string;

  @Column('varchar', { length: 50 })
  pack: string;

  @Column('bigint', { transformer: wholeNumber })
  credits: number;

  /** In minor units of the currency */
  @Column('bigint', { transformer: wholeNumber })
  amount: number;

  @Column('char', { length: 3 })
  currency: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  /** When the credits came; null until then */
  @Column('timestamptz', { nullable: true })
  paidAt: Date | null;

  /** Which of the payments for it was the first */
  @Column('uuid', { nullable: true, comment: 'no foreign key: whoever takes money is behind a port of core' })
  paymentId: string | null;

  /** Credits for which the money went back */
  @Column('bigint', { default: 0, transformer: wholeNumber })
  dueBack: number;

  /** Those of them that were still there to be taken back */
  @Column('bigint', { default: 0, transformer: wholeNumber })
  takenBack: number;

  @ManyToOne(() => Organization, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'organization_id' })
  organization: Relation<Organization>;
}
