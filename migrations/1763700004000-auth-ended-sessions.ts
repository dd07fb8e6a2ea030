import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AuthEndedSessions1763700004000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX sessions_revoked_at_idx ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;
      ALTER TABLE refresh_tokens ADD COLUMN answered_at timestamptz;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE refresh_tokens DROP COLUMN answered_at;
      DROP INDEX sessions_revoked_at_idx;
    `);
  }
}
