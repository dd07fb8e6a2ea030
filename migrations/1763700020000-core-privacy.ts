import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CorePrivacy1763700020000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE users ADD COLUMN erased_at timestamptz;
      CREATE INDEX audit_log_at_id_idx ON audit_log (at, id);

      CREATE TABLE personal_exports (
        id uuid NOT NULL,
        user_id uuid NOT NULL,
        content json NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        CONSTRAINT personal_exports_pkey PRIMARY KEY (id),
        CONSTRAINT personal_exports_content_check CHECK (octet_length(content::text) <= 67108864),
        CONSTRAINT personal_exports_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      );
      CREATE INDEX personal_exports_user_id_id_idx ON personal_exports (user_id, id);
      CREATE INDEX personal_exports_expires_at_idx ON personal_exports (expires_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE personal_exports;
      DROP INDEX audit_log_at_id_idx;
      ALTER TABLE users DROP COLUMN erased_at;
    `);
  }
}
