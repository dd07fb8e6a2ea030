import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AuthOneTimeTokens1763700017000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE one_time_tokens (
        user_id uuid NOT NULL,
        purpose varchar(20) NOT NULL,
        hash bytea NOT NULL,
        email varchar(254) NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        CONSTRAINT one_time_tokens_pkey PRIMARY KEY (user_id, purpose),
        CONSTRAINT one_time_tokens_hash_key UNIQUE (hash),
        CONSTRAINT one_time_tokens_hash_check CHECK (octet_length(hash) = 32),
        CONSTRAINT one_time_tokens_purpose_check CHECK (purpose IN ('verify-email', 'reset-password')),
        CONSTRAINT one_time_tokens_expires_at_check CHECK (expires_at > created_at),
        CONSTRAINT one_time_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      );
      CREATE INDEX one_time_tokens_expires_at_idx ON one_time_tokens (expires_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE one_time_tokens');
  }
}
