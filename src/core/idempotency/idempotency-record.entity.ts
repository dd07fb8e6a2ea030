import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** What was asked for with a key, and what was answered. */
@Entity('idempotency_keys')
@Index('idempotency_keys_expires_at_idx', ['expiresAt'])
@Check('idempotency_keys_fingerprint_check', 'octet_length(fingerprint) = 32')
@Check('idempotency_keys_response_check', 'octet_length((response)::text) <= 1048576')
export class IdempotencyRecord {
  /** Whose key it is, and for which operation */
  @PrimaryColumn('varchar', { length: 200 })
  scope: string;

  @PrimaryColumn('varchar', { length: 255 })
  key: string;

  /** SHA-256 of the request */
  @Column('bytea')
  fingerprint: Buffer;

  @Column('json')
  response: object;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Column('timestamptz')
  expiresAt: Date;
}
