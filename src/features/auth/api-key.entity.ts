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
import { Membership } from '../../core/identity/membership.entity.js';
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';

/** A key for programs of a member: only an HMAC of it, by which it is found. Whoever leaves takes their keys along. */
@Entity('api_keys')
@TenantEntity()
@Unique('api_keys_hash_key', ['hash'])
@Index('api_keys_organization_id_id_idx', ['organizationId', 'id'], { where: 'revoked_at IS NULL' })
@Index('api_keys_organization_id_user_id_id_idx', ['organizationId', 'userId', 'id'])
@Check('api_keys_hash_check', 'octet_length(hash) = 32')
@Check('api_keys_name_check', `name <> ''`)
@Check('api_keys_scopes_check', 'cardinality(scopes) <= 100')
export class ApiKey {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  organizationId: string;

  /** Whose role it acts in */
  @Index()
  @Column('uuid')
  userId: string;

  @Column('varchar', { length: 100 })
  name: string;

  /** How it begins, to tell keys apart */
  @Column('varchar', { length: 30 })
  prefix: string;

  @Column('bytea')
  hash: Buffer;

  @Column('varchar', { length: 100, array: true })
  scopes: string[];

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Index({ where: 'expires_at IS NOT NULL' })
  @Column('timestamptz', { nullable: true })
  expiresAt: Date | null;

  /** Written every five minutes at most */
  @Column('timestamptz', { nullable: true })
  lastUsedAt: Date | null;

  @Index({ where: 'revoked_at IS NOT NULL' })
  @Column('timestamptz', { nullable: true })
  revokedAt: Date | null;

  /** When another one took its place, beside which it works until it expires */
  @Column('timestamptz', { nullable: true })
  replacedAt: Date | null;

  @ManyToOne(() => Membership, { onDelete: 'CASCADE' })
  @JoinColumn([
    { name: 'organization_id', referencedColumnName: 'organizationId' },
    { name: 'user_id', referencedColumnName: 'userId' },
  ])
  membership: Relation<Membership>;
}
