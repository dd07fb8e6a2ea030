import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Organization } from '../../core/identity/organization.entity.js';
import { User } from '../../core/identity/user.entity.js';

/** One sign-in, and the family of refresh tokens that descends from it. */
@Entity('sessions')
@Index('sessions_live_idx', ['userId', 'id'], { where: 'revoked_at IS NULL' })
@Index('sessions_user_id_id_idx', ['userId', 'id'])
export class Session {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  userId: string;

  /** The organization that the session works in */
  @Index()
  @Column('uuid')
  organizationId: string;

  /** What it was opened with, as that names itself */
  @Column('varchar', { length: 300, default: '' })
  userAgent: string;

  /** Where it was opened */
  @Column('inet', { nullable: true })
  address: string | null;

  /** When its tokens were renewed the last time */
  @Column('timestamptz', { default: () => 'now()' })
  lastSeenAt: Date;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  /** However often the tokens rotate, not later than this */
  @Index()
  @Column('timestamptz')
  expiresAt: Date;

  @Index({ where: 'revoked_at IS NOT NULL' })
  @Column('timestamptz', { nullable: true })
  revokedAt: Date | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;

  @ManyToOne(() => Organization, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'organization_id' })
  organization: Relation<Organization>;
}
