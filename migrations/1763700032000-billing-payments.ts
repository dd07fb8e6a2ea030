import type { MigrationInterface, QueryRunner } from 'typeorm';

export class BillingPayments1763700032000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE payments (
        id uuid NOT NULL,
        organization_id uuid NOT NULL,
        user_id uuid NOT NULL,
        seller_organization_id uuid,
        payable_kind varchar(50) NOT NULL,
        payable_id varchar(100) NOT NULL,
        amount bigint NOT NULL,
        currency varchar(3) NOT NULL,
        description varchar(200) NOT NULL,
        status varchar(10) NOT NULL DEFAULT 'open',
        provider varchar(50) NOT NULL,
        token_hash bytea NOT NULL,
        sealed_token varchar(300) NOT NULL,
        checkout_claimed_at timestamptz,
        checkout_reference varchar(255),
        checkout_url varchar(4000),
        charge_reference varchar(255),
        refunding bigint NOT NULL DEFAULT 0,
        refunded bigint NOT NULL DEFAULT 0,
        refund_failures integer NOT NULL DEFAULT 0,
        disputed_at timestamptz,
        mismatched_at timestamptz,
        check_at timestamptz,
        checks integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT now(),
        paid_at timestamptz,
        expires_at timestamptz NOT NULL,
        CONSTRAINT payments_pkey PRIMARY KEY (id),
        CONSTRAINT payments_organization_id_id_key UNIQUE (organization_id, id),
        CONSTRAINT payments_amount_check CHECK (amount BETWEEN 1 AND 9007199254740991),
        CONSTRAINT payments_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
        CONSTRAINT payments_status_check
          CHECK (status IN ('open', 'paid', 'refused', 'failed', 'cancelled', 'expired')),
        CONSTRAINT payments_token_hash_check CHECK (octet_length(token_hash) = 32),
        CONSTRAINT payments_paid_at_check
          CHECK ((status IN ('paid', 'refused')) = (paid_at IS NOT NULL AND charge_reference IS NOT NULL)),
        CONSTRAINT payments_refunding_check CHECK (refunding BETWEEN refunded AND amount),
        CONSTRAINT payments_refunded_check CHECK (refunded >= 0),
        CONSTRAINT payments_organization_id_fkey FOREIGN KEY (organization_id)
          REFERENCES organizations (id) ON DELETE RESTRICT,
        CONSTRAINT payments_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT,
        CONSTRAINT payments_seller_organization_id_fkey FOREIGN KEY (seller_organization_id)
          REFERENCES organizations (id) ON DELETE RESTRICT
      );
      COMMENT ON COLUMN payments.payable_id IS 'no foreign key: of whatever kind payable_kind says';
      CREATE UNIQUE INDEX payments_one_open_key ON payments (organization_id, payable_kind, payable_id)
        WHERE status = 'open';
      CREATE INDEX payments_user_id_idx ON payments (user_id);
      CREATE INDEX payments_seller_organization_id_idx ON payments (seller_organization_id);
      CREATE INDEX payments_token_hash_idx ON payments (token_hash);
      CREATE INDEX payments_checkout_reference_idx ON payments (checkout_reference);
      CREATE INDEX payments_charge_reference_idx ON payments (charge_reference);
      CREATE INDEX payments_check_at_idx ON payments (check_at);

      CREATE TABLE payment_refunds (
        id uuid NOT NULL,
        organization_id uuid NOT NULL,
        payment_id uuid NOT NULL,
        amount bigint NOT NULL,
        reason varchar(200) NOT NULL,
        reference varchar(200) NOT NULL,
        status varchar(10) NOT NULL DEFAULT 'pending',
        provider_reference varchar(255),
        attempts integer NOT NULL DEFAULT 0,
        attempt_at timestamptz DEFAULT now(),
        created_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz,
        CONSTRAINT payment_refunds_pkey PRIMARY KEY (id),
        CONSTRAINT payment_refunds_one_of_reference_key UNIQUE (organization_id, payment_id, reference),
        CONSTRAINT payment_refunds_amount_check CHECK (amount BETWEEN 1 AND 9007199254740991),
        CONSTRAINT payment_refunds_status_check CHECK (status IN ('pending', 'succeeded', 'failed')),
        CONSTRAINT payment_refunds_attempt_at_check CHECK ((attempt_at IS NULL) = (status <> 'pending')),
        CONSTRAINT payment_refunds_ended_at_check CHECK ((ended_at IS NULL) = (status = 'pending')),
        CONSTRAINT payment_refunds_organization_id_fkey FOREIGN KEY (organization_id)
          REFERENCES organizations (id) ON DELETE RESTRICT,
        CONSTRAINT payment_refunds_organization_id_payment_id_fkey FOREIGN KEY (organization_id, payment_id)
          REFERENCES payments (organization_id, id) ON DELETE RESTRICT
      );
      CREATE INDEX payment_refunds_organization_id_payment_id_id_idx
        ON payment_refunds (organization_id, payment_id, id);
      CREATE INDEX payment_refunds_attempt_at_idx ON payment_refunds (attempt_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE payment_refunds; DROP TABLE payments');
  }
}
