import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whatever changes what somebody may do counts up their version, and says so when it is committed: no code can forget
 * it. A changed e-mail address is not verified.
 */
export class CoreAccessVersions1763700015000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE users
        ADD COLUMN email_verified_at timestamptz,
        ADD COLUMN suspended_at timestamptz,
        ADD COLUMN access_version integer NOT NULL DEFAULT 1,
        ADD COLUMN access_changed_at timestamptz;
      CREATE INDEX users_access_changed_at_idx ON users (access_changed_at) WHERE access_changed_at IS NOT NULL;

      CREATE FUNCTION users_change_access() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.email <> OLD.email AND NEW.email_verified_at IS NOT DISTINCT FROM OLD.email_verified_at THEN
          NEW.email_verified_at := NULL;
        END IF;
        NEW.access_version := OLD.access_version + 1;
        NEW.access_changed_at := clock_timestamp();
        PERFORM pg_notify('access_changed', NEW.id || ' ' || NEW.access_version);
        RETURN NEW;
      END $$;
      CREATE TRIGGER users_change_access BEFORE UPDATE ON users FOR EACH ROW
        WHEN (OLD.administrator <> NEW.administrator OR OLD.email <> NEW.email
          OR OLD.suspended_at IS DISTINCT FROM NEW.suspended_at
          OR (OLD.email_verified_at IS NOT NULL AND NEW.email_verified_at IS NULL)
          OR OLD.access_changed_at IS DISTINCT FROM NEW.access_changed_at)
        EXECUTE FUNCTION users_change_access();

      CREATE FUNCTION memberships_change_access() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE users SET access_changed_at = clock_timestamp() WHERE id = OLD.user_id;
        RETURN NULL;
      END $$;
      CREATE TRIGGER memberships_change_role AFTER UPDATE ON memberships FOR EACH ROW
        WHEN (OLD.role <> NEW.role) EXECUTE FUNCTION memberships_change_access();
      CREATE TRIGGER memberships_end AFTER DELETE ON memberships FOR EACH ROW
        EXECUTE FUNCTION memberships_change_access();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TRIGGER memberships_end ON memberships;
      DROP TRIGGER memberships_change_role ON memberships;
      DROP TRIGGER users_change_access ON users;
      DROP FUNCTION memberships_change_access, users_change_access;
      DROP INDEX users_access_changed_at_idx;
      ALTER TABLE users DROP COLUMN access_changed_at, DROP COLUMN access_version, DROP COLUMN suspended_at,
        DROP COLUMN email_verified_at;
    `);
  }
}
