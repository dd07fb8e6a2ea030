import type { MigrationInterface, QueryRunner } from 'typeorm';

export class BookingsEvents1763700040000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE ticketed_events (
        id uuid NOT NULL,
        organization_id uuid NOT NULL,
        title varchar(200) NOT NULL,
        venue varchar(200) NOT NULL,
        words tsvector,
        starts_at timestamptz NOT NULL,
        timezone varchar(64) NOT NULL,
        status varchar(9) NOT NULL DEFAULT 'draft',
        created_at timestamptz NOT NULL DEFAULT now(),
        published_at timestamptz,
        moved_at timestamptz,
        cancelled_at timestamptz,
        CONSTRAINT ticketed_events_pkey PRIMARY KEY (id),
        CONSTRAINT ticketed_events_organization_id_id_key UNIQUE (organization_id, id),
        CONSTRAINT ticketed_events_title_check CHECK (title <> ''),
        CONSTRAINT ticketed_events_venue_check CHECK (venue <> ''),
        CONSTRAINT ticketed_events_status_check CHECK (status IN ('draft', 'published', 'cancelled')),
        CONSTRAINT ticketed_events_published_at_check CHECK (status <> 'published' OR published_at IS NOT NULL),
        CONSTRAINT ticketed_events_cancelled_at_check CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)),
        CONSTRAINT ticketed_events_organization_id_fkey FOREIGN KEY (organization_id)
          REFERENCES organizations (id) ON DELETE RESTRICT
      );
      CREATE INDEX ticketed_events_status_starts_at_id_idx ON ticketed_events (status, starts_at, id);
      CREATE INDEX ticketed_events_words_idx ON ticketed_events USING gin (words);

      CREATE TABLE seat_types (
        id uuid NOT NULL,
        organization_id uuid NOT NULL,
        event_id uuid NOT NULL,
        position smallint NOT NULL,
        name varchar(50) NOT NULL,
        price_minor integer NOT NULL,
        currency varchar(3) NOT NULL,
        capacity integer NOT NULL,
        is_labelled boolean NOT NULL,
        CONSTRAINT seat_types_pkey PRIMARY KEY (id),
        CONSTRAINT seat_types_organization_id_event_id_id_key UNIQUE (organization_id, event_id, id),
        CONSTRAINT seat_types_name_check CHECK (name <> ''),
        CONSTRAINT seat_types_price_minor_check CHECK (price_minor BETWEEN 0 AND 1000000000),
        CONSTRAINT seat_types_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
        CONSTRAINT seat_types_capacity_check CHECK (capacity BETWEEN 1 AND 1000000),
        CONSTRAINT seat_types_organization_id_event_id_fkey FOREIGN KEY (organization_id, event_id)
          REFERENCES ticketed_events (organization_id, id) ON DELETE CASCADE
      );

      CREATE TABLE seat_rows (
        seat_type_id uuid NOT NULL,
        prefix varchar(10) NOT NULL,
        first integer NOT NULL,
        last integer NOT NULL,
        seats_before integer NOT NULL,
        organization_id uuid NOT NULL,
        event_id uuid NOT NULL,
        CONSTRAINT seat_rows_pkey PRIMARY KEY (seat_type_id, prefix, first),
        CONSTRAINT seat_rows_prefix_check CHECK (prefix !~ '[0-9]$'),
        CONSTRAINT seat_rows_first_check CHECK (first BETWEEN 0 AND last),
        CONSTRAINT seat_rows_last_check CHECK (last <= 999999),
        CONSTRAINT seat_rows_seat_type_id_fkey
          FOREIGN KEY (organization_id, event_id, seat_type_id)
          REFERENCES seat_types (organization_id, event_id, id) ON DELETE CASCADE
      );
      CREATE INDEX seat_rows_list_idx ON seat_rows (organization_id, event_id, seat_type_id, seats_before);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE seat_rows, seat_types, ticketed_events');
  }
}
