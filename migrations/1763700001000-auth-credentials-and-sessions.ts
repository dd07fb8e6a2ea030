import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AuthCredentialsAndSessions1763700001000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE credentials (
        user_id uuid NOT NULL,
        password_hash varchar(255) NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT credentials_pkey PRIMARY KEY (user_id),
        CONSTRAINT credentials_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      );
      CREATE TABLE sessions (
        id uuid NOT NULL,
        user_id uuid NOT NULL,
        organization_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz,
        CONSTRAINT sessions_pkey PRIMARY KEY (id),
        CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
        CONSTRAINT sessions_organization_id_fkey FOREIGN KEY (organization_id)
          REFERENCES organizations (id) ON DELETE CASCADE
      );
      CREATE INDEX sessions_user_id_idx ON sessions (user_id);
      CREATE INDEX sessions_organization_id_idx ON sessions (organization_id);
      CREATE TABLE refresh_tokens (
        hash bytea NOT NULL,
        session_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        used_at timestamptz,
        CONSTRAINT refresh_tokens_pkey PRIMARY KEY (hash),
        CONSTRAINT refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE,
        CONSTRAINT refresh_tokens_hash_check CHECK (octet_length(hash) = 32)
      );
      CREATE INDEX refresh_tokens_session_id_idx ON refresh_tokens (session_id);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE refresh_tokens, sessions, credentials');
  }
}
