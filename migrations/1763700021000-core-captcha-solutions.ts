import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CoreCaptchaSolutions1763700021000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE captcha_solutions (
        digest bytea NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT captcha_solutions_pkey PRIMARY KEY (digest),
        CONSTRAINT captcha_solutions_digest_check CHECK (octet_length(digest) = 32)
      );
      CREATE INDEX captcha_solutions_expires_at_idx ON captcha_solutions (expires_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE captcha_solutions');
  }
}
