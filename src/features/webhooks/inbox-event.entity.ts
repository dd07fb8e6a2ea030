import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

export const INBOX_STATUSES = ['received', 'processed', 'ignored', 'dead'] as const;
export type InboxStatus = (typeof INBOX_STATUSES)[number];

/** An event that a provider has sent. That it is processed is written in the transaction of its effect. */
@Entity('webhook_inbox')
@Unique('webhook_inbox_provider_event_id_key', ['provider', 'eventId'])
@Index('webhook_inbox_status_id_idx', ['status', 'id'], { where: `status IN ('received', 'dead')` })
@Index('webhook_inbox_expires_at_idx', ['expiresAt'], { where: 'expires_at IS NOT NULL' })
@Check('webhook_inbox_status_check', `status IN ('received', 'processed', 'ignored', 'dead')`)
@Check('webhook_inbox_event_id_check', `event_id <> ''`)
@Check('webhook_inbox_payload_check', 'octet_length(payload::text) <= 8388608')
@Check('webhook_inbox_payload_kept_check', `(payload IS NULL) = (status IN ('processed', 'ignored'))`)
@Check('webhook_inbox_processed_at_check', `(processed_at IS NULL) = (status IN ('received', 'dead'))`)
@Check('webhook_inbox_next_attempt_at_check', `(next_attempt_at IS NULL) = (status <> 'received')`)
@Check('webhook_inbox_expires_at_check', `(expires_at IS NULL) = (status = 'received')`)
export class InboxEvent {
  @PrimaryColumn('uuid')
  id: string;

  @Column('varchar', { length: 50 })
  provider: string;

  @Column('varchar', { length: 255, comment: 'no foreign key: the name that the provider has for it' })
  eventId: string;

  @Column('varchar', { length: 255 })
  type: string;

  /** Null once it is processed or ignored: nobody needs any more what it may say of people */
  @Column('json', { nullable: true })
  payload: object | null;

  @Column('varchar', { length: 10, default: 'received' })
  status: InboxStatus;

  @Column('integer', { default: 0 })
  failures: number;

  /** Of the last failure */
  @Column('varchar', { length: 50, nullable: true })
  errorCode: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  receivedAt: Date;

  @Column('timestamptz', { nullable: true })
  processedAt: Date | null;

  /** When we try it ourselves, if the provider has not sent it again until then; null if it is not open */
  @Column('timestamptz', { nullable: true, default: () => `(now() + '00:05:00')` })
  nextAttemptAt: Date | null;

  @Column('timestamptz', { nullable: true })
  expiresAt: Date | null;
}
