import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CoreBoundedAnswers1763700006000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE idempotency_keys
        ADD CONSTRAINT idempotency_keys_response_check CHECK (octet_length(response::text) <= 1048576)
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_response_check');
  }
}
