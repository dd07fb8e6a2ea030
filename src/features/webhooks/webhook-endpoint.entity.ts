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
  UpdateDateColumn,
} from 'typeorm';
import { Organization } from '../../core/identity/organization.entity.js';
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';

export const ENDPOINT_STATUSES = ['enabled', 'disabled'] as const;
export type EndpointStatus = (typeof ENDPOINT_STATUSES)[number];

/** By its people, because its receiver said 410, or because nothing has arrived for days */
export const DISABLED_REASONS = ['manual', 'gone', 'failing'] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** Where an organization wants to hear of its events. It is also the queue of what is to be delivered there. */
@Entity('webhook_endpoints')
@TenantEntity()
@Unique('webhook_endpoints_organization_id_id_key', ['organizationId', 'id'])
@Index('webhook_endpoints_slow_due_at_idx', ['slow', 'dueAt'], { where: `status = 'enabled'` })
@Check('webhook_endpoints_status_check', `status IN ('enabled', 'disabled')`)
@Check('webhook_endpoints_disabled_reason_check', `(disabled_reason IS NULL) = (status = 'enabled')`)
@Check('webhook_endpoints_event_types_check', 'cardinality(event_types) <= 100')
@Check('webhook_endpoints_previous_secret_check', '(previous_secret IS NULL) = (previous_secret_until IS NULL)')
export class WebhookEndpoint {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  organizationId: string;

  @Column('varchar', { length: 2_048 })
  url: string;

  /** With room for what takes the place of a name when somebody is erased */
  @Column('varchar', { length: 1_000 })
  description: string;

  /** Empty, or `*` among them: all that are public */
  @Column('varchar', { length: 100, array: true })
  eventTypes: string[];

  @Column('varchar', { length: 10, default: 'enabled' })
  status: EndpointStatus;

  @Column('varchar', { length: 20, nullable: true })
  disabledReason: DisabledReason | null;

  /** Sealed */
  @Column('varchar', { length: 500 })
  secret: string;

  /** Sealed; it signs too, until then */
  @Column('varchar', { length: 500, nullable: true })
  previousSecret: string | null;

  @Column('timestamptz', { nullable: true })
  previousSecretUntil: Date | null;

  /** Attempts since the last that arrived */
  @Column('integer', { default: 0 })
  consecutiveFailures: number;

  @Column('timestamptz', { nullable: true })
  failingSince: Date | null;

  /** Whether its last answer took long, or did not come: then it waits in a line of its own */
  @Column('boolean', { default: false })
  slow: boolean;

  /** It has asked to be left alone until then */
  @Column('timestamptz', { nullable: true })
  pausedUntil: Date | null;

  /** When somebody should look whether there is anything to deliver: never later than there is */
  @Column('timestamptz', { nullable: true })
  dueAt: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;

  @ManyToOne(() => Organization, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'organization_id' })
  organization: Relation<Organization>;
}
