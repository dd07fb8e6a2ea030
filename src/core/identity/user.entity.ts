import { Check, Column, CreateDateColumn, Entity, PrimaryColumn, Unique, UpdateDateColumn } from 'typeorm';

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

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}
