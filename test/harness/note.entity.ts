import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Organization } from '../../src/core/identity/organization.entity.js';
import { TenantEntity } from '../../src/core/tenancy/tenant-entity.js';

/** Something that belongs to an organization. */
@Entity('test_notes')
@TenantEntity()
export class Note {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  organizationId: string;

  @Column('varchar', { length: 100 })
  text: string;

  @Column('int')
  stock: number;

  @ManyToOne(() => Organization)
  @JoinColumn({ name: 'organization_id' })
  organization: Relation<Organization>;
}
