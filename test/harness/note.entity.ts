import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import { Organization } from '../../src/core/identity/organization.entity.js';
import { TenantEntity } from '../../src/core/tenancy/tenant-entity.js';

/** The table of `Note`, which no migration makes. */
export const NOTES = `CREATE TABLE test_notes (
  id uuid PRIMARY KEY,
  organization_id uuid NOT NULL REFERENCES organizations (id),
  text varchar(100) NOT NULL,
  stock int NOT NULL DEFAULT 0,
  memo varchar(100),
  CONSTRAINT test_notes_organization_id_text_key UNIQUE (organization_id, text)
);
CREATE INDEX test_notes_organization_id_id_idx ON test_notes (organization_id, id)`;

/** Something that belongs to an organization. */
@Entity('test_notes')
@TenantEntity()
@Unique('test_notes_organization_id_text_key', ['organizationId', 'text'])
@Index('test_notes_organization_id_id_idx', ['organizationId', 'id'])
export class Note {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  organizationId: string;

  @Column('varchar', { length: 100 })
  text: string;

  @Column('int', { default: 0 })
  stock: number;

  @Column('varchar', { length: 100, nullable: true })
  memo: string | null;

  @ManyToOne(() => Organization)
  @JoinColumn({ name: 'organization_id' })
  organization: Relation<Organization>;
}
