import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn, Unique, UpdateDateColumn } from 'typeorm';

/** A person. How they prove who they are is not identity's business. */
@Entity('users')
@Unique('users_email_key', ['email'])
@Check('users_email_check', `email = lower(email) AND email LIKE '%_@_%'`)
@Check('users_name_check', `name <> ''`)
export class User {
  @PrimaryColumn('uuid')
  id: string;

  /** In lower case, so that the unique constraint sees two spellings as one */
  @Column('varchar', { length: 254 })
  email: string;

  @Column('varchar', { length: 100 })
  name: string;

  /** Whether they run the platform: what every organization has in common, beside their role in any */
  @Column('boolean', { default: false })
  administrator: boolean;

  /** When they proved that the address is theirs; a changed one is to be proven again */
  @Column('timestamptz', { nullable: true })
  emailVerifiedAt: Date | null;

  /** Since when an administrator keeps them out */
  @Column('timestamptz', { nullable: true })
  suspendedAt: Date | null;

  /** When they were forgotten: what is left is an id for what names it */
  @Column('timestamptz', { nullable: true })
  erasedAt: Date | null;

  /** Counted up by the database when what they may do changes: what was proven before holds no more */
  @Column('integer', { default: 1 })
  accessVersion: number;

  @Index({ where: 'access_changed_at IS NOT NULL' })
  @Column('timestamptz', { nullable: true })
  accessChangedAt: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}
