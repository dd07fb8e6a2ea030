import type { MigrationInterface, QueryRunner } from 'typeorm';

export class BookingsExports1763700042000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE booking_exports (
        id uuid NOT NULL,
        organization_id uuid NOT NULL,
        user_id uuid NOT NULL,
        event_id uuid NOT NULL,
        rows integer,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        CONSTRAINT booking_exports_pkey PRIMARY KEY (id),
        CONSTRAINT booking_exports_organization_id_id_key UNIQUE (organization_id, id),
        CONSTRAINT booking_exports_rows_check CHECK (rows >= 0),
        CONSTRAINT booking_exports_organization_id_fkey FOREIGN KEY (organization_id)
          REFERENCES organizations (id) ON DELETE CASCADE,
        CONSTRAINT booking_exports_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
        CONSTRAINT booking_exports_organization_id_event_id_fkey FOREIGN KEY (organization_id, event_id)
          REFERENCES ticketed_events (organization_id, id) ON DELETE CASCADE
      );
      CREATE INDEX booking_exports_user_id_idx ON booking_exports (user_id);
      CREATE INDEX booking_exports_organization_id_event_id_idx ON booking_exports (organization_id, event_id);
      CREATE INDEX booking_exports_expires_at_idx ON booking_exports (expires_at);

      CREATE TABLE booking_export_parts (
        organization_id uuid NOT NULL,
        export_id uuid NOT NULL,
        number integer NOT NULL,
        content text NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT booking_export_parts_pkey PRIMARY KEY (organization_id, export_id, number),
        CONSTRAINT booking_export_parts_number_check CHECK (number >= 0),
        CONSTRAINT booking_export_parts_content_check CHECK (octet_length(content) <= 8388608),
        CONSTRAINT booking_export_parts_organization_id_export_id_fkey FOREIGN KEY (organization_id, export_id)
          REFERENCES booking_exports (organization_id, id) ON DELETE CASCADE
      );
      CREATE INDEX booking_export_parts_expires_at_idx ON booking_export_parts (expires_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE booking_export_parts, booking_exports');
  }
}
