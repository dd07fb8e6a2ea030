import { Check, Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A tenant: whom data belongs to. Everybody has a personal one from the start. */
@Entity('organizations')
@Check('organizations_name_check', `name <> ''`)
export class Organization {
  @PrimaryColumn('uuid')
  id: string;

  @Column('varchar', { length: 100 })
  name: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  /** Since when nobody belongs to it any more. It is never deleted: the audit log names it */
  @Column('timestamptz', { nullable: true })
  closedAt: Date | null;
}
