import { Check, Column, CreateDateColumn, Entity, PrimaryColumn, Unique } from 'typeorm';
import { wholeNumber } from '../../core/database/whole-number.js';

/** A payment as the sandbox knows it: rows of a provider, who only happens to live in our database. */
@Entity('sandbox_checkouts')
@Unique('sandbox_checkouts_idempotency_key_key', ['idempotencyKey'])
@Check('sandbox_checkouts_amount_check', 'amount BETWEEN 1 AND 9007199254740991')
@Check('sandbox_checkouts_currency_check', "currency ~ '^[A-Z]{3}$'")
@Check('sandbox_checkouts_state_check', "state IN ('open', 'paid', 'expired')")
@Check('sandbox_checkouts_paid_at_check', "(state = 'paid') = (paid_at IS NOT NULL)")
export class SandboxCheckout {
  @PrimaryColumn('uuid')
  id: string;

  /** What its merchant calls it */
  @Column('varchar', { length: 255 })
  idempotencyKey: string;

  /** In minor units */
  @Column('bigint', { transformer: wholeNumber })
  amount: number;

  @Column('varchar', { length: 3 })
  currency: string;

  @Column('varchar', { length: 500 })
  description: string;

  @Column('varchar', { length: 2_048 })
  returnUrl: string;

  /** Open rows whose time is over are expired too: ask `stateOf` */
  @Column('varchar', { length: 10 })
  state: 'open' | 'paid' | 'expired';

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Column('timestamptz')
  expiresAt: Date;

  @Column('timestamptz', { nullable: true })
  paidAt: Date | null;

  @Column('timestamptz', { nullable: true })
  failedAt: Date | null;

  @Column('timestamptz', { nullable: true })
  disputedAt: Date | null;
}

/** How it stands at this moment. */
export function stateOf({ state, expiresAt }: SandboxCheckout): SandboxCheckout['state'] {
  return state === 'open' && expiresAt <= new Date() ? 'expired' : state;
}
