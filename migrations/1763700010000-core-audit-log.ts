import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rows are added and read, and nothing else, whoever asks: so whom and what they name can never be deleted. */
export class CoreAuditLog1763700010000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE audit_log (
        id uuid NOT NULL,
        organization_id uuid,
        actor_id uuid,
        action varchar(100) NOT NULL,
        target_type varchar(200),
        target_id uuid,
        request_id varchar(128),
        at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT audit_log_pkey PRIMARY KEY (id),
        CONSTRAINT audit_log_organization_id_fkey FOREIGN KEY (organization_id)
          REFERENCES organizations (id) ON DELETE RESTRICT,
        CONSTRAINT audit_log_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES users (id) ON DELETE RESTRICT
      );
      CREATE INDEX audit_log_organization_id_at_id_idx ON audit_log (organization_id, at, id);
      CREATE INDEX audit_log_organization_id_action_at_id_idx ON audit_log (organization_id, action, at, id);
      CREATE INDEX audit_log_actor_id_organization_id_at_id_idx ON audit_log (actor_id, organization_id, at, id);
      COMMENT ON COLUMN audit_log.target_id IS 'no foreign key: of any table, by target_type';

      CREATE FUNCTION audit_log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = 'audit_log is only added to';
      END $$;
      CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
        FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuse();
      ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_append_only;

      CREATE TABLE audit_addresses (
        entry_id uuid NOT NULL,
        user_id uuid,
        address inet NOT NULL,
        expires_at timestamptz NOT NULL DEFAULT now() + interval '90 days',
        CONSTRAINT audit_addresses_pkey PRIMARY KEY (entry_id),
        CONSTRAINT audit_addresses_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES audit_log (id) ON DELETE CASCADE,
        CONSTRAINT audit_addresses_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      );
      CREATE INDEX audit_addresses_user_id_idx ON audit_addresses (user_id);
      CREATE INDEX audit_addresses_expires_at_idx ON audit_addresses (expires_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE audit_addresses, audit_log; DROP FUNCTION audit_log_refuse');
  }
}
