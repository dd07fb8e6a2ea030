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
import { Session } from './session.entity.js';

/** A refresh token: only its SHA-256, which is as good as the token for finding it and useless to a thief. */
@Entity('refresh_tokens')
@Check('refresh_tokens_hash_check', 'octet_length(hash) = 32')
export class RefreshToken {
  @PrimaryColumn('bytea')
  hash: Buffer;

  @Index()
  @Column('uuid')
  sessionId: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Column('timestamptz', { nullable: true })
  usedAt: Date | null;

  /** When the request that used it got its answer: who came before cannot have known it */
  @Column('timestamptz', { nullable: true })
  answeredAt: Date | null;

  @ManyToOne(() => Session, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'session_id' })
  session: Relation<Session>;
}
