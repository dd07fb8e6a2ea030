import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Organization } from '../../core/identity/organization.entity.js';
import { User } from '../../core/identity/user.entity.js';

/** One sign-in, and the family of refresh tokens that descends from it. */
@Entity('sessions')
export class Session {
  @PrimaryColumn('uuid')
  id: string;

  @Index()
  @Column('uuid')
  userId: string;

  /** The organization that the session works in */
  @Index()
  @Column('uuid')
  organizationId: string;

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
