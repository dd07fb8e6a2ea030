import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AuthInvitations1763700018500 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE invitations (
        id uuid NOT NULL,
        organization_id uuid NOT NULL,
        email varchar(254) NOT NULL,
        role varchar(10) NOT NULL,
        token_hash bytea NOT NULL,
        invited_by uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        CONSTRAINT invitations_pkey PRIMARY KEY (id),
        CONSTRAINT invitations_organization_id_email_key UNIQUE (organization_id, email),
        CONSTRAINT invitations_token_hash_key UNIQUE (token_hash),
        CONSTRAINT invitations_email_check CHECK (email = lower(email) AND email LIKE '%_@_%'),
        CONSTRAINT invitations_role_check CHECK (role IN ('viewer', 'member', 'admin', 'owner')),
        CONSTRAINT invitations_token_hash_check CHECK (octet_length(token_hash) = 32),
        CONSTRAINT invitations_expires_at_check CHECK (expires_at > created_at),
        CONSTRAINT invitations_organization_id_fkey FOREIGN KEY (organization_id)
          REFERENCES organizations (id) ON DELETE CASCADE,
        CONSTRAINT invitations_organization_id_invited_by_fkey FOREIGN KEY (organization_id, invited_by)
          REFERENCES memberships (organization_id, user_id) ON DELETE SET NULL (invited_by)
      );
      CREATE INDEX invitations_organization_id_id_idx ON invitations (organization_id, id);
      CREATE INDEX invitations_organization_id_invited_by_idx ON invitations (organization_id, invited_by);
      CREATE INDEX invitations_email_idx ON invitations (email);
      CREATE INDEX invitations_expires_at_idx ON invitations (expires_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE invitations');
  }
}
