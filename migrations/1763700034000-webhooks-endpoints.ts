import type { MigrationInterface, QueryRunner } from 'typeorm';

export class WebhooksEndpoints1763700034000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE webhook_endpoints (
        id uuid NOT NULL,
        organization_id uuid NOT NULL,
        url varchar(2048) NOT NULL,
        description varchar(1000) NOT NULL,
        event_types varchar(100)[] NOT NULL,
        status varchar(10) NOT NULL DEFAULT 'enabled',
        disabled_reason varchar(20),
        secret varchar(500) NOT NULL,
        previous_secret varchar(500),
        previous_secret_until timestamptz,
        consecutive_failures integer NOT NULL DEFAULT 0,
        failing_since timestamptz,
        slow boolean NOT NULL DEFAULT false,
        paused_until timestamptz,
        due_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (id),
        CONSTRAINT webhook_endpoints_organization_id_id_key UNIQUE (organization_id, id),
        CONSTRAINT webhook_endpoints_status_check CHECK (status IN ('enabled', 'disabled')),
        CONSTRAINT webhook_endpoints_disabled_reason_check CHECK ((disabled_reason IS NULL) = (status = 'enabled')),
        CONSTRAINT webhook_endpoints_event_types_check CHECK (cardinality(event_types) <= 100),
        CONSTRAINT webhook_endpoints_previous_secret_check
          CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL)),
        CONSTRAINT webhook_endpoints_organization_id_fkey FOREIGN KEY (organization_id)
          REFERENCES organizations (id) ON DELETE CASCADE
      );
      CREATE INDEX webhook_endpoints_slow_due_at_idx ON webhook_endpoints (slow, due_at) WHERE status = 'enabled';

      CREATE TABLE webhook_deliveries (
        id uuid NOT NULL,
        organization_id uuid NOT NULL,
        endpoint_id uuid NOT NULL,
        event_id uuid NOT NULL,
        event_type varchar(100) NOT NULL,
        body text,
        status varchar(10) NOT NULL DEFAULT 'pending',
        attempt integer NOT NULL DEFAULT 0,
        failures smallint NOT NULL DEFAULT 0,
        next_attempt_at timestamptz,
        leased_until timestamptz,
        error_code varchar(50),
        created_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz,
        expires_at timestamptz NOT NULL DEFAULT (now() + '30 days'::interval),
        CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id),
        CONSTRAINT webhook_deliveries_organization_id_id_key UNIQUE (organization_id, id),
        CONSTRAINT webhook_deliveries_endpoint_id_event_id_key UNIQUE (endpoint_id, event_id),
        CONSTRAINT webhook_deliveries_status_check CHECK (status IN ('pending', 'delivered', 'failed', 'cancelled')),
        CONSTRAINT webhook_deliveries_body_check CHECK (octet_length(body) <= 65536),
        CONSTRAINT webhook_deliveries_no_body_check CHECK (body IS NOT NULL OR status = 'cancelled'),
        CONSTRAINT webhook_deliveries_next_attempt_at_check CHECK ((next_attempt_at IS NOT NULL) = (status = 'pending')),
        CONSTRAINT webhook_deliveries_leased_until_check CHECK (leased_until IS NULL OR status = 'pending'),
        CONSTRAINT webhook_deliveries_ended_at_check CHECK ((ended_at IS NULL) = (status = 'pending')),
        CONSTRAINT webhook_deliveries_organization_id_endpoint_id_fkey FOREIGN KEY (organization_id, endpoint_id)
          REFERENCES webhook_endpoints (organization_id, id) ON DELETE CASCADE
      );
      COMMENT ON COLUMN webhook_deliveries.event_id IS
        'no foreign key: events are kept for a week, what was delivered of them for longer';
      CREATE INDEX webhook_deliveries_list_idx
        ON webhook_deliveries (organization_id, endpoint_id, created_at, id);
      CREATE INDEX webhook_deliveries_endpoint_id_next_attempt_at_idx ON webhook_deliveries (endpoint_id, next_attempt_at)
        WHERE status = 'pending' AND leased_until IS NULL;
      CREATE INDEX webhook_deliveries_endpoint_id_leased_until_idx ON webhook_deliveries (endpoint_id, leased_until)
        WHERE leased_until IS NOT NULL;
      CREATE INDEX webhook_deliveries_expires_at_idx ON webhook_deliveries (expires_at);

      CREATE TABLE webhook_attempts (
        organization_id uuid NOT NULL,
        delivery_id uuid NOT NULL,
        number integer NOT NULL,
        status_code smallint,
        error_code varchar(50),
        duration_ms integer NOT NULL,
        response text,
        started_at timestamptz NOT NULL,
        CONSTRAINT webhook_attempts_response_check CHECK (octet_length(response) <= 65536),
        CONSTRAINT webhook_attempts_pkey PRIMARY KEY (organization_id, delivery_id, number),
        CONSTRAINT webhook_attempts_organization_id_delivery_id_fkey FOREIGN KEY (organization_id, delivery_id)
          REFERENCES webhook_deliveries (organization_id, id) ON DELETE CASCADE
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE webhook_attempts, webhook_deliveries, webhook_endpoints');
  }
}
