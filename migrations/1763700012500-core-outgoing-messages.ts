import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CoreOutgoingMessages1763700012500 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE outgoing_messages (
        id uuid NOT NULL,
        user_id uuid,
        sealed text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        CONSTRAINT outgoing_messages_pkey PRIMARY KEY (id),
        CONSTRAINT outgoing_messages_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
        CONSTRAINT outgoing_messages_sealed_check CHECK (octet_length(sealed) <= 524288)
      );
      CREATE INDEX outgoing_messages_user_id_idx ON outgoing_messages (user_id);
      CREATE INDEX outgoing_messages_expires_at_idx ON outgoing_messages (expires_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE outgoing_messages');
  }
}
