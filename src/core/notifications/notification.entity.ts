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
import { Organization } from '../identity/organization.entity.js';
import { User } from '../identity/user.entity.js';
import { TenantEntity } from '../tenancy/tenant-entity.js';

/** Something that somebody wants to know. */
@Entity('notifications')
@TenantEntity()
@Index('notifications_organization_id_user_id_id_idx', ['organizationId', 'userId', 'id'])
@Index('notifications_user_id_idx', ['userId'])
@Index('notifications_expires_at_idx', ['expiresAt'])
@Check('notifications_title_check', `title <> ''`)
export class Notification {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  organizationId: string;

  @Column('uuid')
  userId: string;

  @Column('varchar', { length: 100 })
  kind: string;

  @Column('varchar', { length: 200 })
  title: string;

  @Column('varchar', { length: 2000 })
  text: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Column('timestamptz', { default: () => `(now() + '90 days')` })
  expiresAt: Date;

  @ManyToOne(() => Organization, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'organization_id' })
  organization: Relation<Organization>;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;
}
