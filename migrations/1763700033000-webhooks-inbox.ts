import type { MigrationInterface, QueryRunner } from 'typeorm';

export class WebhooksInbox1763700033000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE webhook_inbox (
        id uuid NOT NULL,
        provider varchar(50) NOT NULL,
        event_id varchar(255) NOT NULL,
        type varchar(255) NOT NULL,
        payload json,
        status varchar(10) NOT NULL DEFAULT 'received',
        failures integer NOT NULL DEFAULT 0,
        error_code varchar(50),
        received_at timestamptz NOT NULL DEFAULT now(),
        processed_at timestamptz,
        next_attempt_at timestamptz DEFAULT now() + interval '5 minutes',
        expires_at timestamptz,
        CONSTRAINT webhook_inbox_pkey PRIMARY KEY (id),
        CONSTRAINT webhook_inbox_provider_event_id_key UNIQUE (provider, event_id),
        CONSTRAINT webhook_inbox_status_check CHECK (status IN ('received', 'processed', 'ignored', 'dead')),
        CONSTRAINT webhook_inbox_event_id_check CHECK (event_id <> ''),
        CONSTRAINT webhook_inbox_payload_check CHECK (octet_length(payload::text) <= 8388608),
        CONSTRAINT webhook_inbox_payload_kept_check CHECK ((payload IS NULL) = (status IN ('processed', 'ignored'))),
        CONSTRAINT webhook_inbox_processed_at_check CHECK ((processed_at IS NULL) = (status IN ('received', 'dead'))),
        CONSTRAINT webhook_inbox_next_attempt_at_check CHECK ((next_attempt_at IS NULL) = (status <> 'received')),
        CONSTRAINT webhook_inbox_expires_at_check CHECK ((expires_at IS NULL) = (status = 'received'))
      );
      COMMENT ON COLUMN webhook_inbox.event_id IS 'no foreign key: the name that the provider has for it';
      CREATE INDEX webhook_inbox_status_id_idx ON webhook_inbox (status, id) WHERE status IN ('received', 'dead');
      CREATE INDEX webhook_inbox_expires_at_idx ON webhook_inbox (expires_at) WHERE expires_at IS NOT NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE webhook_inbox');
  }
}
