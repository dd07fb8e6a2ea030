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
} from 'typeorm';
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'cancelled'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One event on its way to one endpoint. */
@Entity('webhook_deliveries')
@TenantEntity()
@Unique('webhook_deliveries_organization_id_id_key', ['organizationId', 'id'])
@Unique('webhook_deliveries_endpoint_id_event_id_key', ['endpointId', 'eventId'])
@Index('webhook_deliveries_list_idx', ['organizationId', 'endpointId', 'createdAt', 'id'])
@Index('webhook_deliveries_endpoint_id_next_attempt_at_idx', ['endpointId', 'nextAttemptAt'], {
  where: `status = 'pending' AND leased_until IS NULL`,
})
@Index('webhook_deliveries_endpoint_id_leased_until_idx', ['endpointId', 'leasedUntil'], {
  where: 'leased_until IS NOT NULL',
})
@Index('webhook_deliveries_expires_at_idx', ['expiresAt'])
@Check('webhook_deliveries_status_check', `status IN ('pending', 'delivered', 'failed', 'cancelled')`)
@Check('webhook_deliveries_body_check', 'octet_length(body) <= 65536')
@Check('webhook_deliveries_no_body_check', `body IS NOT NULL OR status = 'cancelled'`)
@Check('webhook_deliveries_next_attempt_at_check', `(next_attempt_at IS NOT NULL) = (status = 'pending')`)
@Check('webhook_deliveries_leased_until_check', `leased_until IS NULL OR status = 'pending'`)
@Check('webhook_deliveries_ended_at_check', `(ended_at IS NULL) = (status = 'pending')`)
export class WebhookDelivery {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  organizationId: string;

  @Column('uuid')
  endpointId: string;

  /** What the receiver knows it by, in each attempt */
  @Column('uuid', { comment: 'no foreign key: events are kept for a week, what was delivered of them for longer' })
  eventId: string;

  @Column('varchar', { length: 100 })
  eventType: string;

  /** As it is signed and sent; null of what was too large to be sent */
  @Column('text', { nullable: true })
  body: string | null;

  @Column('varchar', { length: 10, default: 'pending' })
  status: DeliveryStatus;

  /** Counts every begin, and fences: only the newest attempt can end it */
  @Column('integer', { default: 0 })
  attempt: number;

  /** Since it was made, or asked for anew: where it is in the schedule */
  @Column('smallint', { default: 0 })
  failures: number;

  @Column('timestamptz', { nullable: true })
  nextAttemptAt: Date | null;

  /** Somebody works on it until then; later it is anybody's */
  @Column('timestamptz', { nullable: true })
  leasedUntil: Date | null;

  /** Of the last attempt */
  @Column('varchar', { length: 50, nullable: true })
  errorCode: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Column('timestamptz', { nullable: true })
  endedAt: Date | null;

  @Column('timestamptz', { default: () => `(now() + '30 days')` })
  expiresAt: Date;

  @ManyToOne(() => WebhookEndpoint, { onDelete: 'CASCADE' })
  @JoinColumn([
    { name: 'organization_id', referencedColumnName: 'organizationId' },
    { name: 'endpoint_id', referencedColumnName: 'id' },
  ])
  endpoint: Relation<WebhookEndpoint>;
}
