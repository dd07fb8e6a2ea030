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
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';
import { CreditAccount } from './credit-account.entity.js';
import { wholeNumber } from '../../core/database/whole-number.js';

/** Credits that are set aside. It ends once: whoever finds it held, holding its account, ends it. */
@Entity('credit_reservations')
@TenantEntity()
@Index('credit_reservations_expires_at_idx', ['expiresAt'], { where: `state = 'held'` })
@Check('credit_reservations_amount_check', 'amount > 0')
@Check('credit_reservations_captured_check', 'captured >= 0 AND captured <= amount')
@Check('credit_reservations_state_check', `state IN ('held', 'captured', 'released', 'expired')`)
@Check('credit_reservations_ended_at_check', `(ended_at IS NULL) = (state = 'held')`)
@Check('credit_reservations_captured_state_check', `(captured IS NULL) = (state <> 'captured')`)
export class CreditReservation {
  @PrimaryColumn('uuid')
  organizationId: string;

  @PrimaryColumn('varchar', { length: 200 })
  reference: string;

  @Column('bigint', { transformer: wholeNumber })
  amount: number;

  /** What was taken of it; the rest went back */
  @Column('bigint', { nullable: true, transformer: wholeNumber })
  captured: number | null;

  @Column('varchar', { length: 10, default: 'held' })
  state: 'held' | 'captured' | 'released' | 'expired';

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  /** From then on it is released if nobody has ended it */
  @Column('timestamptz')
  expiresAt: Date;

  @Column('timestamptz', { nullable: true })
  endedAt: Date | null;

  @ManyToOne(() => CreditAccount, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'organization_id' })
  account: Relation<CreditAccount>;
}
