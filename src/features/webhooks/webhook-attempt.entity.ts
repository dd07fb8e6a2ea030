import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { TenantEntity } from '../../core/tenancy/tenant-entity.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';

/** What came of one request to an endpoint. */
@Entity('webhook_attempts')
@TenantEntity()
@Check('webhook_attempts_response_check', 'octet_length(response) <= 65536')
export class WebhookAttempt {
  @PrimaryColumn('uuid')
  organizationId: string;

  @PrimaryColumn('uuid')
  deliveryId: string;

  /** From 1; one that ended with its process is missing */
  @PrimaryColumn('integer')
  number: number;

  /** Null if there was no answer */
  @Column('smallint', { nullable: true })
  statusCode: number | null;

  /** Null if it has arrived */
  @Column('varchar', { length: 50, nullable: true })
  errorCode: string | null;

  @Column('integer')
  durationMs: number;

  /** How the answer begins, with room for what takes the place of a name when somebody is erased */
  @Column('text', { nullable: true })
  response: string | null;

  @Column('timestamptz')
  startedAt: Date;

  @ManyToOne(() => WebhookDelivery, { onDelete: 'CASCADE' })
  @JoinColumn([
    { name: 'organization_id', referencedColumnName: 'organizationId' },
    { name: 'delivery_id', referencedColumnName: 'id' },
  ])
  delivery: Relation<WebhookDelivery>;
}
