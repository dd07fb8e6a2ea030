import type { MigrationInterface, QueryRunner } from 'typeorm';

export class BillingSandbox1763700032500 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE sandbox_checkouts (
        id uuid NOT NULL,
        idempotency_key varchar(255) NOT NULL,
        amount bigint NOT NULL,
        currency varchar(3) NOT NULL,
        description varchar(500) NOT NULL,
        return_url varchar(2048) NOT NULL,
        state varchar(10) NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        paid_at timestamptz,
        failed_at timestamptz,
        disputed_at timestamptz,
        CONSTRAINT sandbox_checkouts_pkey PRIMARY KEY (id),
        CONSTRAINT sandbox_checkouts_idempotency_key_key UNIQUE (idempotency_key),
        CONSTRAINT sandbox_checkouts_amount_check CHECK (amount BETWEEN 1 AND 9007199254740991),
        CONSTRAINT sandbox_checkouts_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
        CONSTRAINT sandbox_checkouts_state_check CHECK (state IN ('open', 'paid', 'expired')),
        CONSTRAINT sandbox_checkouts_paid_at_check CHECK ((state = 'paid') = (paid_at IS NOT NULL))
      );

      CREATE TABLE sandbox_refunds (
        id uuid NOT NULL,
        idempotency_key varchar(255) NOT NULL,
        checkout_id uuid NOT NULL,
        amount bigint NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT sandbox_refunds_pkey PRIMARY KEY (id),
        CONSTRAINT sandbox_refunds_idempotency_key_key UNIQUE (idempotency_key),
        CONSTRAINT sandbox_refunds_checkout_id_fkey FOREIGN KEY (checkout_id)
          REFERENCES sandbox_checkouts (id) ON DELETE CASCADE,
        CONSTRAINT sandbox_refunds_amount_check CHECK (amount BETWEEN 1 AND 9007199254740991)
      );
      CREATE INDEX sandbox_refunds_checkout_id_idx ON sandbox_refunds (checkout_id);

      CREATE TABLE sandbox_events (
        id uuid NOT NULL,
        checkout_id uuid NOT NULL,
        type varchar(100) NOT NULL,
        body text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        delivered_at timestamptz,
        CONSTRAINT sandbox_events_pkey PRIMARY KEY (id),
        CONSTRAINT sandbox_events_checkout_id_fkey FOREIGN KEY (checkout_id)
          REFERENCES sandbox_checkouts (id) ON DELETE CASCADE,
        CONSTRAINT sandbox_events_body_check CHECK (octet_length(body) <= 16384)
      );
      CREATE INDEX sandbox_events_checkout_id_idx ON sandbox_events (checkout_id);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE sandbox_events, sandbox_refunds, sandbox_checkouts');
  }
}
