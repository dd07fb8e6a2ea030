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
import type { Archive } from './personal-data.js';

/** All that was known of a person at one moment, for them to fetch. */
@Entity('personal_exports')
@Index('personal_exports_user_id_id_idx', ['userId', 'id'])
@Index('personal_exports_expires_at_idx', ['expiresAt'])
@Check('personal_exports_content_check', 'octet_length((content)::text) <= 67108864')
export class PersonalExport {
  /** That of the job that made it */
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  userId: string;

  @Column('json', { select: false })
  content: Archive;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Column('timestamptz')
  expiresAt: Date;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;
}
