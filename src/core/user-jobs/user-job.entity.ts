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
} from 'typeorm';
import { Organization } from '../identity/organization.entity.js';
import { User } from '../identity/user.entity.js';
import { TenantEntity } from '../tenancy/tenant-entity.js';

export const JOB_STATUSES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** A job that a user asked for. This row is the one authority on it: what it does not say has not happened. */
@Entity('jobs')
@TenantEntity()
@Index('jobs_organization_id_user_id_kind_key', ['organizationId', 'userId', 'kind'], {
  unique: true,
  where: `status IN ('queued', 'running')`,
})
@Index('jobs_organization_id_user_id_id_idx', ['organizationId', 'userId', 'id'])
@Index('jobs_user_id_idx', ['userId'])
@Index('jobs_status_id_idx', ['status', 'id'])
@Index('jobs_run_at_idx', ['runAt'], { where: `status = 'queued'` })
@Index('jobs_heartbeat_at_idx', ['heartbeatAt'], { where: `status = 'running'` })
@Index('jobs_expires_at_idx', ['expiresAt'])
@Check('jobs_status_check', `status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')`)
@Check('jobs_progress_check', 'progress BETWEEN 0 AND 100')
@Check('jobs_input_check', 'octet_length(input::text) <= 65536')
@Check('jobs_result_check', 'octet_length(result::text) <= 65536')
@Check('jobs_ended_at_check', `(ended_at IS NULL) = (status IN ('queued', 'running'))`)
@Check('jobs_error_code_check', `(error_code IS NULL) = (status <> 'failed')`)
export class UserJob {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  organizationId: string;

  @Column('uuid')
  userId: string;

  @Column('varchar', { length: 100 })
  kind: string;

  @Column('varchar', { length: 10, default: 'queued' })
  status: JobStatus;

  /** 0 to 100 */
  @Column('smallint', { default: 0 })
  progress: number;

  /** Counts every begin, and is the fencing token: only the newest attempt can change anything */
  @Column('integer', { default: 0 })
  attempt: number;

  /** Attempts that count against its kind's limit: one that ended with its process does not */
  @Column('smallint', { default: 0 })
  failures: number;

  @Column('json')
  input: object;

  @Column('json', { nullable: true })
  result: object | null;

  @Column('varchar', { length: 50, nullable: true })
  errorCode: string | null;

  /** For the user: no internals */
  @Column('varchar', { length: 500, nullable: true })
  errorMessage: string | null;

  /** Of the request that asked for it */
  @Column('varchar', { length: 128, nullable: true })
  requestId: string | null;

  /** Of the trace that it goes on with */
  @Column('varchar', { length: 55, nullable: true })
  traceparent: string | null;

  /** Not before */
  @Column('timestamptz', { default: () => 'now()' })
  runAt: Date;

  @Column('timestamptz', { nullable: true })
  heartbeatAt: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Column('timestamptz', { nullable: true })
  startedAt: Date | null;

  @Column('timestamptz', { nullable: true })
  endedAt: Date | null;

  @Column('timestamptz', { nullable: true })
  expiresAt: Date | null;

  @ManyToOne(() => Organization, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'organization_id' })
  organization: Relation<Organization>;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;
}
