import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An organization is closed and never deleted: the audit log names it. And whoever ends or changes a membership, by
 * whatever code, leaves the other members with an owner: of two last owners who go at once, the second waits and is refused.
 */
export class CoreClosedOrganizations1763700018000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE organizations ADD COLUMN closed_at timestamptz;

      CREATE FUNCTION memberships_keep_owner() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM FROM organizations WHERE id = OLD.organization_id FOR NO KEY UPDATE;
        IF FOUND
          AND EXISTS (SELECT FROM memberships WHERE organization_id = OLD.organization_id AND user_id <> OLD.user_id)
          AND NOT EXISTS (SELECT FROM memberships WHERE organization_id = OLD.organization_id AND role = 'owner')
        THEN
          RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'memberships_keep_owner',
            MESSAGE = 'the other members would be left without an owner';
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER memberships_keep_owner AFTER UPDATE OR DELETE ON memberships FOR EACH ROW
        WHEN (OLD.role = 'owner') EXECUTE FUNCTION memberships_keep_owner();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TRIGGER memberships_keep_owner ON memberships;
      DROP FUNCTION memberships_keep_owner;
      ALTER TABLE organizations DROP COLUMN closed_at;
    `);
  }
}
