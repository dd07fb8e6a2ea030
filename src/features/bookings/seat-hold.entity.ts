import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Organization } from '../../core/identity/organization.entity.js';
import { User } from '../../core/identity/user.entity.js';
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';

/** Seats that are kept for somebody for some minutes. It ends as a booking with the same id, or without a trace. */
@Entity('seat_holds')
@TenantEntity()
@Index('seat_holds_organization_id_idx', ['organizationId'])
@Index('seat_holds_user_id_event_id_idx', ['userId', 'eventId'])
@Index('seat_holds_expires_at_idx', ['expiresAt'])
@Check('seat_holds_seats_check', 'seats > 0')
export class SeatHold {
  @PrimaryColumn('uuid')
  id: string;

  /** The buyer's */
  @Column('uuid')
  organizationId: string;

  @Column('uuid')
  userId: string;

  @Column('uuid', { comment: 'no foreign key: its seats have one' })
  eventId: string;

  /** How many */
  @Column('smallint')
  seats: number;

  @Column('timestamptz')
  expiresAt: Date;

  @ManyToOne(() => Organization, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'organization_id' })
  organization: Relation<Organization>;

  @ManyToOne(() => User, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;
}
