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
import { User } from '../identity/user.entity.js';

/** A message that has not left yet. It is gone as soon as it has, and with the person it is for. */
@Entity('outgoing_messages')
@Index('outgoing_messages_user_id_idx', ['userId'])
@Index('outgoing_messages_expires_at_idx', ['expiresAt'])
@Check('outgoing_messages_sealed_check', 'octet_length(sealed) <= 524288')
export class OutgoingMessage {
  @PrimaryColumn('uuid')
  id: string;

  /** Null for an address that belongs to nobody here */
  @Column('uuid', { nullable: true })
  userId: string | null;

  /** The message, sealed: what a link in it opens, the database must not tell */
  @Column('text')
  sealed: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Column('timestamptz')
  expiresAt: Date;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User> | null;
}
