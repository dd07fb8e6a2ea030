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
import type { Role } from '../access/actor.js';
import { Organization } from './organization.entity.js';
import { User } from './user.entity.js';

/** Who belongs to which organization, and as what. */
@Entity('memberships')
@Index('memberships_user_id_organization_id_idx', ['userId', 'organizationId'])
@Check('memberships_role_check', `role IN ('viewer', 'member', 'admin', 'owner')`)
export class Membership {
  @PrimaryColumn('uuid')
  organizationId: string;

  @PrimaryColumn('uuid')
  userId: string;

  @Column('varchar', { length: 10 })
  role: Role;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @ManyToOne(() => Organization, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'organization_id' })
  organization: Relation<Organization>;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;
}
