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
import { User } from '../../core/identity/user.entity.js';
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';
import { wholeNumber } from '../../core/database/whole-number.js';

/** `refused`: the money came, but too late or for what was no longer to be had, and goes back. */
export const PAYMENT_STATUSES = ['open', 'paid', 'refused', 'failed', 'cancelled', 'expired'] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** Money that an organization is asked for, or has paid. Its status goes forward only: open, ended without money, money. */
@Entity('payments')
@TenantEntity()
@Unique('payments_organization_id_id_key', ['organizationId', 'id'])
@Index('payments_one_open_key', ['organizationId', 'payableKind', 'payableId'], {
  unique: true,
  where: `status = 'open'`,
})
@Check('payments_amount_check', 'amount BETWEEN 1 AND 9007199254740991')
@Check('payments_currency_check', `currency ~ '^[A-Z]{3}$'`)
@Check('payments_status_check', `status IN ('open', 'paid', 'refused', 'failed', 'cancelled', 'expired')`)
@Check('payments_token_hash_check', 'octet_length(token_hash) = 32')
@Check(
  'payments_paid_at_check',
  `(status IN ('paid', 'refused')) = (paid_at IS NOT NULL AND charge_reference IS NOT NULL)`,
)
@Check('payments_refunding_check', 'refunding BETWEEN refunded AND amount')
@Check('payments_refunded_check', 'refunded >= 0')
export class Payment {
  @PrimaryColumn('uuid')
  id: string;

  /** Of the buyer */
  @Column('uuid')
  organizationId: string;

  @Index()
  @Column('uuid')
  userId: string;

  /** Null if the platform itself sells */
  @Index()
  @Column('uuid', { nullable: true })
  sellerOrganizationId: string | null;

  @Column('varchar', { length: 50 })
  payableKind: string;

  @Column('varchar', { length: 100, comment: 'no foreign key: of whatever kind payable_kind says' })
  payableId: string;

  @Column('bigint', { transformer: wholeNumber })
  amount: number;

  @Column('varchar', { length: 3 })
  currency: string;

  @Column('varchar', { length: 200 })
  description: string;

  @Column('varchar', { length: 10, default: 'open' })
  status: PaymentStatus;

  @Column('varchar', { length: 50 })
  provider: string;

  /** SHA-256 of what the link to the checkout ends with */
  @Index()
  @Column('bytea')
  tokenHash: Buffer;

  /** The same, for the buyer who asks again */
  @Column('varchar', { length: 300 })
  sealedToken: string;

  /** When somebody began to ask the provider for its page: from then on there may be one, known or not */
  @Column('timestamptz', { nullable: true })
  checkoutClaimedAt: Date | null;

  @Index()
  @Column('varchar', { length: 255, nullable: true })
  checkoutReference: string | null;

  @Column('varchar', { length: 4000, nullable: true })
  checkoutUrl: string | null;

  @Index()
  @Column('varchar', { length: 255, nullable: true })
  chargeReference: string | null;

  /** What has gone back or is about to */
  @Column('bigint', { transformer: wholeNumber, default: 0 })
  refunding: number;

  /** What has gone back */
  @Column('bigint', { transformer: wholeNumber, default: 0 })
  refunded: number;

  /** How many refunds have failed: what a provider said before the last one did says nothing of the sum */
  @Column('integer', { default: 0 })
  refundFailures: number;

  @Column('timestamptz', { nullable: true })
  disputedAt: Date | null;

  /** When the provider spoke of another amount or currency: from then on people decide */
  @Column('timestamptz', { nullable: true })
  mismatchedAt: Date | null;

  /** When the provider is asked again how it stands; null if there is nothing to ask */
  @Index()
  @Column('timestamptz', { nullable: true })
  checkAt: Date | null;

  @Column('integer', { default: 0 })
  checks: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Column('timestamptz', { nullable: true })
  paidAt: Date | null;

  /** Until when it can be paid */
  @Column('timestamptz')
  expiresAt: Date;

  @ManyToOne(() => Organization, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'organization_id' })
  organization: Relation<Organization>;

  @ManyToOne(() => Organization, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'seller_organization_id' })
  sellerOrganization: Relation<Organization>;

  @ManyToOne(() => User, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;
}
