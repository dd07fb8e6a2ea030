import type { MigrationInterface, QueryRunner } from 'typeorm';

export class BookingsReminders1763700043000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE ticketed_events ADD COLUMN moved_at timestamptz;
      ALTER TABLE bookings ADD COLUMN told_at timestamptz;
      CREATE INDEX bookings_event_id_confirmed_at_idx ON bookings (event_id, confirmed_at)
        WHERE status = 'confirmed' AND reminded_at IS NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX bookings_event_id_confirmed_at_idx;
      ALTER TABLE bookings DROP COLUMN told_at;
      ALTER TABLE ticketed_events DROP COLUMN moved_at;
    `);
  }
}
