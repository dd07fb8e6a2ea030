import {
  Check,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  OneToOne,
  PrimaryColumn,
  type Relation,
  Unique,
} from 'typeorm';
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';
import { CreditAccount } from './credit-account.entity.js';
import { CreditNote } from './credit-note.entity.js';
import { wholeNumber } from '../../core/database/whole-number.js';

/** Why credits move. Each says too which side of ours it is with: granted, sold or used. */
export const CREDIT_REASONS = [
  ...(['sign-up', 'grant', 'purchase', 'purchase-refund'] as const),
  ...(['charge', 'refund', 'reserve', 'release', 'capture'] as const),
];
export type CreditReason = (typeof CREDIT_REASONS)[number];

/** One move of credits: rows are added and read, and nothing else. `amount + reserved + counterpart` is zero. */
@Entity('credit_entries')
@TenantEntity()
@Unique('credit_entries_organization_id_reference_reason_key', ['organizationId', 'reference', 'reason'])
@Index('credit_entries_reference_key', ['reference'], { unique: true, where: `reason = 'sign-up'` })
@Check('credit_entries_number_check', 'number > 0')
@Check('credit_entries_reference_check', `reference <> ''`)
@Check('credit_entries_balance_after_check', 'balance_after >= 0')
@Check('credit_entries_double_check', 'amount + reserved + counterpart = 0')
@Check(
  'credit_entries_reason_check',
  `CASE reason WHEN 'sign-up' THEN amount > 0 AND reserved = 0 WHEN 'grant' THEN amount > 0 AND reserved = 0
   WHEN 'purchase' THEN amount > 0 AND reserved = 0 WHEN 'refund' THEN amount > 0 AND reserved = 0
   WHEN 'charge' THEN amount < 0 AND reserved = 0 WHEN 'purchase-refund' THEN amount < 0 AND reserved = 0
   WHEN 'reserve' THEN amount < 0 AND reserved = - amount WHEN 'release' THEN amount > 0 AND reserved = - amount
   WHEN 'capture' THEN reserved < 0 AND amount >= 0 AND amount <= - reserved ELSE false END`,
)
export class CreditEntry {
  @PrimaryColumn('uuid')
  organizationId: string;

  /** Of this account, from 1 on and without a gap; digits */
  @PrimaryColumn('bigint')
  number: string;

  @Column('varchar', { length: 20 })
  reason: CreditReason;

  /** What it is for: nothing moves twice for the same reason */
  @Column('varchar', { length: 200 })
  reference: string;

  /** What it adds to the balance: negative if it takes */
  @Column('bigint', { transformer: wholeNumber })
  amount: number;

  /** What it adds to what is reserved */
  @Column('bigint', { transformer: wholeNumber })
  reserved: number;

  /** The other side, ours */
  @Column('bigint', { transformer: wholeNumber })
  counterpart: number;

  @Column('bigint', { transformer: wholeNumber })
  balanceAfter: number;

  @Column('varchar', { length: 128, nullable: true })
  requestId: string | null;

  @Column('timestamptz', { default: () => 'clock_timestamp()' })
  at: Date;

  @ManyToOne(() => CreditAccount, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'organization_id' })
  account: Relation<CreditAccount>;

  @OneToOne(() => CreditNote, (note) => note.entry)
  note?: Relation<CreditNote> | null;
}
