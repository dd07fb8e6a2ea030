import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AuthDevicesAndKeys1763700016000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE sessions
        ADD COLUMN user_agent varchar(300) NOT NULL DEFAULT '',
        ADD COLUMN address inet,
        ADD COLUMN last_seen_at timestamptz NOT NULL DEFAULT now();
      DROP INDEX sessions_user_id_idx;
      CREATE INDEX sessions_user_id_id_idx ON sessions (user_id, id);
      CREATE INDEX sessions_live_idx ON sessions (user_id, id) WHERE revoked_at IS NULL;

      CREATE TABLE api_keys (
        id uuid NOT NULL,
        organization_id uuid NOT NULL,
        user_id uuid NOT NULL,
        name varchar(100) NOT NULL,
        prefix varchar(30) NOT NULL,
        hash bytea NOT NULL,
        scopes varchar(100)[] NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        last_used_at timestamptz,
        revoked_at timestamptz,
        CONSTRAINT api_keys_pkey PRIMARY KEY (id),
        CONSTRAINT api_keys_hash_key UNIQUE (hash),
        CONSTRAINT api_keys_hash_check CHECK (octet_length(hash) = 32),
        CONSTRAINT api_keys_name_check CHECK (name <> ''),
        CONSTRAINT api_keys_organization_id_user_id_fkey FOREIGN KEY (organization_id, user_id)
          REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE
      );
      CREATE INDEX api_keys_organization_id_user_id_id_idx ON api_keys (organization_id, user_id, id);
      CREATE INDEX api_keys_user_id_idx ON api_keys (user_id);
      CREATE INDEX api_keys_revoked_at_idx ON api_keys (revoked_at) WHERE revoked_at IS NOT NULL;
      CREATE INDEX api_keys_expires_at_idx ON api_keys (expires_at) WHERE expires_at IS NOT NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE api_keys;
      DROP INDEX sessions_live_idx;
      DROP INDEX sessions_user_id_id_idx;
      CREATE INDEX sessions_user_id_idx ON sessions (user_id);
      ALTER TABLE sessions DROP COLUMN last_seen_at, DROP COLUMN address, DROP COLUMN user_agent;
    `);
  }
}
