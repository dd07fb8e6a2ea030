import { Check, Column, CreateDateColumn, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Organization } from '../../core/identity/organization.entity.js';
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';
import { wholeNumber } from '../../core/database/whole-number.js';

/** What an organization has. It changes with an entry only, which a trigger sees to. */
@Entity('credit_accounts')
@TenantEntity()
@Check('credit_accounts_balance_check', 'balance >= 0 AND balance <= 9007199254740991')
@Check('credit_accounts_reserved_check', 'reserved >= 0 AND reserved <= 9007199254740991')
@Check('credit_accounts_entries_check', 'entries >= 0')
export class CreditAccount {
  @PrimaryColumn('uuid')
  organizationId: string;

  /** What can be spent: without what is reserved */
  @Column('bigint', { default: 0, transformer: wholeNumber })
  balance: number;

  /** What its held reservations have set aside */
  @Column('bigint', { default: 0, transformer: wholeNumber })
  reserved: number;

  /** How many there are, which is the number of the last */
  @Column('bigint', { default: 0, transformer: wholeNumber })
  entries: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @OneToOne(() => Organization, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'organization_id' })
  organization: Relation<Organization>;
}
