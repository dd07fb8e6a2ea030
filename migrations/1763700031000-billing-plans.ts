import type { MigrationInterface, QueryRunner } from 'typeorm';

export class BillingPlans1763700031000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE subscriptions (
        organization_id uuid NOT NULL,
        paid_until timestamptz,
        cancelled_at timestamptz,
        renewal_told_for timestamptz,
        end_told_for timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT subscriptions_pkey PRIMARY KEY (organization_id),
        CONSTRAINT subscriptions_organization_id_fkey FOREIGN KEY (organization_id)
          REFERENCES organizations (id) ON DELETE CASCADE
      );
      CREATE INDEX subscriptions_paid_until_idx ON subscriptions (paid_until);

      CREATE TABLE subscription_periods (
        id uuid NOT NULL,
        organization_id uuid NOT NULL,
        plan varchar(30) NOT NULL,
        terms jsonb NOT NULL,
        amount bigint NOT NULL,
        currency varchar(3) NOT NULL,
        state varchar(10) NOT NULL DEFAULT 'open',
        payment_id uuid,
        starts_at timestamptz,
        ends_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT subscription_periods_pkey PRIMARY KEY (id),
        CONSTRAINT subscription_periods_state_check CHECK (state IN ('open', 'paid', 'refunded', 'withdrawn')),
        CONSTRAINT subscription_periods_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
        CONSTRAINT subscription_periods_amount_check CHECK (amount BETWEEN 1 AND 9007199254740991),
        CONSTRAINT subscription_periods_terms_check CHECK (octet_length(terms::text) <= 20000),
        CONSTRAINT subscription_periods_ends_at_check CHECK (ends_at >= starts_at),
        CONSTRAINT subscription_periods_paid_check CHECK (
          (state IN ('paid', 'refunded')) = (starts_at IS NOT NULL AND ends_at IS NOT NULL AND payment_id IS NOT NULL)),
        CONSTRAINT subscription_periods_organization_id_fkey FOREIGN KEY (organization_id)
          REFERENCES organizations (id) ON DELETE CASCADE
      );
      CREATE UNIQUE INDEX subscription_periods_one_open
        ON subscription_periods (organization_id, plan, amount, currency) WHERE state = 'open';
      CREATE INDEX subscription_periods_organization_id_ends_at_idx ON subscription_periods (organization_id, ends_at);
      COMMENT ON COLUMN subscription_periods.payment_id IS 'no foreign key: of whatever takes the money, behind a port';

      -- One row of an organization is written again and again: it stays on its page.
      CREATE TABLE usage_counters (
        organization_id uuid NOT NULL,
        metric varchar(30) NOT NULL,
        period date NOT NULL,
        used bigint NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT usage_counters_pkey PRIMARY KEY (organization_id, metric, period),
        CONSTRAINT usage_counters_used_check CHECK (used BETWEEN 0 AND 9007199254740991),
        CONSTRAINT usage_counters_period_check CHECK (extract(day FROM period) = 1),
        CONSTRAINT usage_counters_organization_id_fkey FOREIGN KEY (organization_id)
          REFERENCES organizations (id) ON DELETE CASCADE
      ) WITH (fillfactor = 50);
      CREATE INDEX usage_counters_expires_at_idx ON usage_counters (expires_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE usage_counters, subscription_periods, subscriptions');
  }
}
