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
import { SandboxCheckout } from './sandbox-checkout.entity.js';

/** What the sandbox tells its merchant, who is told again until they have said yes to it. */
@Entity('sandbox_events')
@Index('sandbox_events_checkout_id_idx', ['checkoutId'])
@Check('sandbox_events_body_check', 'octet_length(body) <= 16384')
export class SandboxEvent {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  checkoutId: string;

  @Column('varchar', { length: 100 })
  type: string;

  /** Signed anew for each attempt, but always these bytes */
  @Column('text')
  body: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Column('timestamptz', { nullable: true })
  deliveredAt: Date | null;

  @ManyToOne(() => SandboxCheckout, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'checkout_id' })
  checkout: Relation<SandboxCheckout>;
}
