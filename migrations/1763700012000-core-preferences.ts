import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CorePreferences1763700012000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE user_preferences (
        user_id uuid NOT NULL,
        version integer NOT NULL DEFAULT 0,
        email boolean NOT NULL DEFAULT true,
        sms boolean NOT NULL DEFAULT false,
        socket boolean NOT NULL DEFAULT true,
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT user_preferences_pkey PRIMARY KEY (user_id),
        CONSTRAINT user_preferences_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE user_preferences');
  }
}
