import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CoreIdentity1763700000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE users (
        id uuid NOT NULL,
        email varchar(254) NOT NULL,
        name varchar(100) NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT users_pkey PRIMARY KEY (id),
        CONSTRAINT users_email_key UNIQUE (email),
        CONSTRAINT users_email_check CHECK (email = lower(email) AND email LIKE '%_@_%'),
        CONSTRAINT users_name_check CHECK (name <> '')
      );
      CREATE TABLE organizations (
        id uuid NOT NULL,
        name varchar(100) NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT organizations_pkey PRIMARY KEY (id),
        CONSTRAINT organizations_name_check CHECK (name <> '')
      );
      CREATE TABLE memberships (
        organization_id uuid NOT NULL,
        user_id uuid NOT NULL,
        role varchar(10) NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT memberships_pkey PRIMARY KEY (organization_id, user_id),
        CONSTRAINT memberships_organization_id_fkey FOREIGN KEY (organization_id)
          REFERENCES organizations (id) ON DELETE CASCADE,
        CONSTRAINT memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
        CONSTRAINT memberships_role_check CHECK (role IN ('viewer', 'member', 'admin', 'owner'))
      );
      CREATE INDEX memberships_user_id_organization_id_idx ON memberships (user_id, organization_id);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE memberships, organizations, users');
  }
}
