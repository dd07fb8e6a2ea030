import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Read within a second and then worth nothing: not logged, not compressed, swept after a minute. */
export class CoreSignals1763700011000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE UNLOGGED TABLE signals (
        id bigint GENERATED ALWAYS AS IDENTITY,
        sender uuid NOT NULL,
        number bigint NOT NULL,
        channel varchar(100) NOT NULL,
        payload text NOT NULL,
        expires_at timestamptz NOT NULL DEFAULT now() + interval '60 seconds',
        CONSTRAINT signals_pkey PRIMARY KEY (id),
        CONSTRAINT signals_payload_check CHECK (octet_length(payload) <= 1048576)
      ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
      ALTER TABLE signals ALTER COLUMN payload SET STORAGE EXTERNAL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE signals');
  }
}
