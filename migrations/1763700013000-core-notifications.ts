import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CoreNotifications1763700013000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE notifications (
        id uuid NOT NULL,
        organization_id uuid NOT NULL,
        user_id uuid NOT NULL,
        kind varchar(100) NOT NULL,
        title varchar(200) NOT NULL,
        text varchar(2000) NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL DEFAULT now() + interval '90 days',
        CONSTRAINT notifications_pkey PRIMARY KEY (id),
        CONSTRAINT notifications_title_check CHECK (title <> ''),
        CONSTRAINT notifications_organization_id_fkey FOREIGN KEY (organization_id)
          REFERENCES organizations (id) ON DELETE CASCADE,
        CONSTRAINT notifications_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      );
      CREATE INDEX notifications_organization_id_user_id_id_idx ON notifications (organization_id, user_id, id);
      CREATE INDEX notifications_user_id_idx ON notifications (user_id);
      CREATE INDEX notifications_expires_at_idx ON notifications (expires_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE notifications');
  }
}
