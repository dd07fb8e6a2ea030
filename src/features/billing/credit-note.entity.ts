import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';
import { CreditEntry } from './credit-entry.entity.js';

/** What somebody wrote about an entry. It may speak of a person, so it can be changed, which the entry cannot. */
@Entity('credit_notes')
@TenantEntity()
export class CreditNote {
  @PrimaryColumn('uuid')
  organizationId: string;

  /** Of the entry */
  @PrimaryColumn('bigint')
  number: string;

  @Column('varchar', { length: 200 })
  text: string;

  @OneToOne(() => CreditEntry, (entry) => entry.note, { onDelete: 'RESTRICT' })
  @JoinColumn([
    { name: 'organization_id', referencedColumnName: 'organizationId' },
    { name: 'number', referencedColumnName: 'number' },
  ])
  entry: Relation<CreditEntry>;
}
