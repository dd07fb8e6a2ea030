import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Organization } from '../identity/organization.entity.js';
import { User } from '../identity/user.entity.js';
import { TenantEntity } from '../tenancy/tenant-entity.js';

/** Who did what to what: ids and names of ours only, so that nothing of it has to be erased with a person. */
@Entity('audit_log')
@TenantEntity()
@Index('audit_log_at_id_idx', ['at', 'id'])
@Index('audit_log_organization_id_at_id_idx', ['organizationId', 'at', 'id'])
@Index('audit_log_organization_id_action_at_id_idx', ['organizationId', 'action', 'at', 'id'])
@Index('audit_log_actor_id_organization_id_at_id_idx', ['actorId', 'organizationId', 'at', 'id'])
export class AuditEntry {
  @PrimaryColumn('uuid')
  id: string;

  /** None where nobody is known, as when somebody tries to sign in who does not exist: no scope shows these rows */
  @Column('uuid', { nullable: true })
  organizationId: string;

  @Column('uuid', { nullable: true })
  actorId: string | null;

  @Column('varchar', { length: 100 })
  action: string;

  @Column('varchar', { length: 200, nullable: true })
  targetType: string | null;

  @Column('uuid', { nullable: true, comment: 'no foreign key: of any table, by target_type' })
  targetId: string | null;

  @Column('varchar', { length: 128, nullable: true })
  requestId: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  at: Date;

  @ManyToOne(() => Organization, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'organization_id' })
  organization: Relation<Organization>;

  @ManyToOne(() => User, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'actor_id' })
  actor: Relation<User>;
}
