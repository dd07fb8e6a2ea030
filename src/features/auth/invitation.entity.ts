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
import type { Role } from '../../core/access/actor.js';
import { Membership } from '../../core/identity/membership.entity.js';
import { Organization } from '../../core/identity/organization.entity.js';
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';

/**
 * Somebody who may join: there as long as they may. Accepted, revoked and expired ones are gone, and what became of them
 * stands in the audit log.
 */
@Entity('invitations')
@TenantEntity()
@Unique('invitations_organization_id_email_key', ['organizationId', 'email'])
@Unique('invitations_token_hash_key', ['tokenHash'])
@Index('invitations_organization_id_id_idx', ['organizationId', 'id'])
@Index('invitations_organization_id_invited_by_idx', ['organizationId', 'invitedBy'])
@Check('invitations_email_check', `email = lower(email) AND email LIKE '%_@_%'`)
@Check('invitations_role_check', `role IN ('viewer', 'member', 'admin', 'owner')`)
@Check('invitations_token_hash_check', 'octet_length(token_hash) = 32')
@Check('invitations_expires_at_check', 'expires_at > created_at')
export class Invitation {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  organizationId: string;

  /** As users have it, so that the unique constraint sees two spellings as one */
  @Index()
  @Column('varchar', { length: 254 })
  email: string;

  /** What they will be */
  @Column('varchar', { length: 10 })
  role: Role;

  /** SHA-256 of what stands in the mail only */
  @Column('bytea')
  tokenHash: Buffer;

  /** A member; null once they have left */
  @Column('uuid', { nullable: true })
  invitedBy: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Index()
  @Column('timestamptz')
  expiresAt: Date;

  @ManyToOne(() => Organization, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'organization_id' })
  organization: Relation<Organization>;

  @ManyToOne(() => Membership, { onDelete: 'SET NULL' })
  @JoinColumn([
    { name: 'organization_id', referencedColumnName: 'organizationId' },
    { name: 'invited_by', referencedColumnName: 'userId' },
  ])
  inviter: Relation<Membership>;
}
