import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CoreJobs1763700008000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE jobs (
        id uuid NOT NULL,
        organization_id uuid NOT NULL,
        user_id uuid NOT NULL,
        kind varchar(100) NOT NULL,
        status varchar(10) NOT NULL DEFAULT 'queued',
        progress smallint NOT NULL DEFAULT 0,
        attempt integer NOT NULL DEFAULT 0,
        failures smallint NOT NULL DEFAULT 0,
        input json NOT NULL,
        result json,
        error_code varchar(50),
        error_message varchar(500),
        request_id varchar(128),
        traceparent varchar(55),
        run_at timestamptz NOT NULL DEFAULT now(),
        heartbeat_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        started_at timestamptz,
        ended_at timestamptz,
        expires_at timestamptz,
        CONSTRAINT jobs_pkey PRIMARY KEY (id),
        CONSTRAINT jobs_status_check CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
        CONSTRAINT jobs_progress_check CHECK (progress BETWEEN 0 AND 100),
        CONSTRAINT jobs_input_check CHECK (octet_length(input::text) <= 65536),
        CONSTRAINT jobs_result_check CHECK (octet_length(result::text) <= 65536),
        CONSTRAINT jobs_ended_at_check CHECK ((ended_at IS NULL) = (status IN ('queued', 'running'))),
        CONSTRAINT jobs_error_code_check CHECK ((error_code IS NULL) = (status <> 'failed')),
        CONSTRAINT jobs_organization_id_fkey FOREIGN KEY (organization_id)
          REFERENCES organizations (id) ON DELETE CASCADE,
        CONSTRAINT jobs_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      );
      CREATE UNIQUE INDEX jobs_organization_id_user_id_kind_key ON jobs (organization_id, user_id, kind)
        WHERE status IN ('queued', 'running');
      CREATE INDEX jobs_organization_id_user_id_id_idx ON jobs (organization_id, user_id, id);
      CREATE INDEX jobs_user_id_idx ON jobs (user_id);
      CREATE INDEX jobs_status_id_idx ON jobs (status, id);
      CREATE INDEX jobs_run_at_idx ON jobs (run_at) WHERE status = 'queued';
      CREATE INDEX jobs_heartbeat_at_idx ON jobs (heartbeat_at) WHERE status = 'running';
      CREATE INDEX jobs_expires_at_idx ON jobs (expires_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE jobs');
  }
}
