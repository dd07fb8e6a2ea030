import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AuthExpiredSessions1763700014000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE INDEX sessions_expires_at_idx ON sessions (expires_at)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX sessions_expires_at_idx');
  }
}
