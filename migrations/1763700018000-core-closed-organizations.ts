import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An organization is closed and never deleted: the audit log names it. Nobody joins a closed one. And whoever ends or changes a membership, by
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

      CREATE FUNCTION memberships_stay_out() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM FROM organizations WHERE id = NEW.organization_id AND closed_at IS NOT NULL FOR KEY SHARE;
        IF FOUND THEN
          RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'memberships_stay_out',
            MESSAGE = 'nobody joins a closed organization';
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER memberships_stay_out AFTER INSERT ON memberships FOR EACH ROW
        EXECUTE FUNCTION memberships_stay_out();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TRIGGER memberships_stay_out ON memberships;
      DROP TRIGGER memberships_keep_owner ON memberships;
      DROP FUNCTION memberships_stay_out, memberships_keep_owner;
      ALTER TABLE organizations DROP COLUMN closed_at;
    `);
  }
}
