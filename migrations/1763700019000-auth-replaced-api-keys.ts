import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AuthReplacedApiKeys1763700019000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE api_keys
        ADD COLUMN replaced_at timestamptz,
        ADD CONSTRAINT api_keys_scopes_check CHECK (cardinality(scopes) <= 100);
      CREATE INDEX api_keys_organization_id_id_idx ON api_keys (organization_id, id) WHERE revoked_at IS NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX api_keys_organization_id_id_idx;
      ALTER TABLE api_keys DROP CONSTRAINT api_keys_scopes_check, DROP COLUMN replaced_at;
    `);
  }
}
