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
import { User } from '../../core/identity/user.entity.js';

/** What a link in a mail is good for. */
export type Purpose = 'verify-email' | 'reset-password';

/** A link that was mailed to somebody. Of each purpose they have one: the next takes its place. */
@Entity('one_time_tokens')
@Unique('one_time_tokens_hash_key', ['hash'])
@Check('one_time_tokens_hash_check', 'octet_length(hash) = 32')
@Check('one_time_tokens_purpose_check', `purpose IN ('verify-email', 'reset-password')`)
@Check('one_time_tokens_expires_at_check', 'expires_at > created_at')
export class OneTimeToken {
  @PrimaryColumn('uuid')
  userId: string;

  @PrimaryColumn('varchar', { length: 20 })
  purpose: Purpose;

  /** SHA-256 of the token, which stands in the mail alone */
  @Column('bytea')
  hash: Buffer;

  /** Where it was mailed to: it is good for that address only */
  @Column('varchar', { length: 254 })
  email: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Index()
  @Column('timestamptz')
  expiresAt: Date;

  @Column('timestamptz', { nullable: true })
  usedAt: Date | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;
}
