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
import { SandboxCheckout } from './sandbox-checkout.entity.js';
import { wholeNumber } from '../../core/database/whole-number.js';

/** Money that the sandbox gave back. */
@Entity('sandbox_refunds')
@Unique('sandbox_refunds_idempotency_key_key', ['idempotencyKey'])
@Index('sandbox_refunds_checkout_id_idx', ['checkoutId'])
@Check('sandbox_refunds_amount_check', 'amount BETWEEN 1 AND 9007199254740991')
export class SandboxRefund {
  @PrimaryColumn('uuid')
  id: string;

  /** What its merchant calls it */
  @Column('varchar', { length: 255 })
  idempotencyKey: string;

  @Column('uuid')
  checkoutId: string;

  /** In minor units of the checkout's currency */
  @Column('bigint', { transformer: wholeNumber })
  amount: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @ManyToOne(() => SandboxCheckout, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'checkout_id' })
  checkout: Relation<SandboxCheckout>;
}
