import { Column, Entity, Index, JoinColumn, ManyToOne, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User } from '../identity/user.entity.js';
import { AuditEntry } from './audit-entry.entity.js';

/** Where an entry came from: personal, so it can be erased, and goes by itself after 90 days. */
@Entity('audit_addresses')
export class AuditAddress {
  @PrimaryColumn('uuid')
  entryId: string;

  /** Whose address it is, if that is known */
  @Index()
  @Column('uuid', { nullable: true })
  userId: string | null;

  @Column('inet')
  address: string;

  @Index()
  @Column('timestamptz', { default: () => `(now() + '90 days')` })
  expiresAt: Date;

  // eslint-disable-next-line aerie/tenant-entities -- only who was shown an entry asks for its address
  @OneToOne(() => AuditEntry, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'entry_id' })
  entry: Relation<AuditEntry>;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;
}
