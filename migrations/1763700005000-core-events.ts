import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CoreEvents1763700005000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE events (
        id uuid NOT NULL,
        organization_id uuid NOT NULL,
        name varchar(100) NOT NULL,
        payload json NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL DEFAULT now() + interval '7 days',
        CONSTRAINT events_pkey PRIMARY KEY (id),
        CONSTRAINT events_payload_check CHECK (octet_length(payload::text) <= 65536),
        CONSTRAINT events_organization_id_fkey FOREIGN KEY (organization_id)
          REFERENCES organizations (id) ON DELETE CASCADE
      );
      CREATE INDEX events_organization_id_id_idx ON events (organization_id, id);
      CREATE INDEX events_expires_at_idx ON events (expires_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE events');
  }
}
