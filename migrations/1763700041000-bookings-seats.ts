import type { MigrationInterface, QueryRunner } from 'typeorm';

export class BookingsSeats1763700041000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE seat_holds (
        id uuid NOT NULL,
        organization_id uuid NOT NULL,
        user_id uuid NOT NULL,
        event_id uuid NOT NULL,
        seats smallint NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT seat_holds_pkey PRIMARY KEY (id),
        CONSTRAINT seat_holds_seats_check CHECK (seats > 0),
        CONSTRAINT seat_holds_organization_id_fkey FOREIGN KEY (organization_id)
          REFERENCES organizations (id) ON DELETE RESTRICT,
        CONSTRAINT seat_holds_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT
      ) WITH (vacuum_truncate = off);
      COMMENT ON COLUMN seat_holds.event_id IS 'no foreign key: its seats have one';
      CREATE INDEX seat_holds_organization_id_idx ON seat_holds (organization_id);
      CREATE INDEX seat_holds_user_id_event_id_idx ON seat_holds (user_id, event_id);
      CREATE INDEX seat_holds_expires_at_idx ON seat_holds (expires_at);

      CREATE TABLE seats (
        id bigint GENERATED ALWAYS AS IDENTITY,
        organization_id uuid NOT NULL,
        event_id uuid NOT NULL,
        seat_type_id uuid NOT NULL,
        label varchar(16) COLLATE "C",
        hold_id uuid NOT NULL,
        expires_at timestamptz,
        CONSTRAINT seats_pkey PRIMARY KEY (id),
        CONSTRAINT seats_event_id_seat_type_id_label_key UNIQUE (event_id, seat_type_id, label),
        CONSTRAINT seats_label_check CHECK (label <> ''),
        CONSTRAINT seats_seat_type_id_fkey FOREIGN KEY (organization_id, event_id, seat_type_id)
          REFERENCES seat_types (organization_id, event_id, id) ON DELETE RESTRICT
      ) WITH (vacuum_truncate = off);
      COMMENT ON COLUMN seats.hold_id IS 'no foreign key: of a hold, or of the booking that it became, which has its id';
      CREATE INDEX seats_hold_id_idx ON seats (hold_id);
      CREATE INDEX seats_event_id_seat_type_id_expires_at_idx ON seats (event_id, seat_type_id, expires_at)
        WHERE expires_at IS NOT NULL;

      CREATE TABLE seat_tallies (
        seat_type_id uuid NOT NULL,
        slot smallint NOT NULL,
        organization_id uuid NOT NULL,
        event_id uuid NOT NULL,
        taken integer NOT NULL,
        changes bigint NOT NULL,
        room integer,
        CONSTRAINT seat_tallies_pkey PRIMARY KEY (seat_type_id, slot),
        CONSTRAINT seat_tallies_room_check CHECK (room IS NULL OR (taken >= 0 AND taken <= room)),
        CONSTRAINT seat_tallies_seat_type_id_fkey
          FOREIGN KEY (organization_id, event_id, seat_type_id)
          REFERENCES seat_types (organization_id, event_id, id) ON DELETE CASCADE
      ) WITH (fillfactor = 50);
      CREATE INDEX seat_tallies_organization_id_event_id_seat_type_id_idx
        ON seat_tallies (organization_id, event_id, seat_type_id);

      CREATE TABLE bookings (
        id uuid NOT NULL,
        organization_id uuid NOT NULL,
        user_id uuid NOT NULL,
        event_organization_id uuid NOT NULL,
        event_id uuid NOT NULL,
        status varchar(15) NOT NULL,
        seats jsonb NOT NULL,
        total_minor bigint NOT NULL,
        currency varchar(3) NOT NULL,
        refunded_minor bigint NOT NULL DEFAULT 0,
        payment_id uuid,
        expires_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        confirmed_at timestamptz,
        cancelled_at timestamptz,
        checked_in_at timestamptz,
        reminded_at timestamptz,
        told_of_move_at timestamptz,
        CONSTRAINT bookings_pkey PRIMARY KEY (id),
        CONSTRAINT bookings_organization_id_id_key UNIQUE (organization_id, id),
        CONSTRAINT bookings_status_check CHECK (status IN ('pending_payment', 'confirmed', 'cancelled', 'expired')),
        CONSTRAINT bookings_expires_at_check CHECK ((status = 'pending_payment') = (expires_at IS NOT NULL)),
        CONSTRAINT bookings_confirmed_at_check CHECK (status <> 'confirmed' OR confirmed_at IS NOT NULL),
        CONSTRAINT bookings_cancelled_at_check CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)),
        CONSTRAINT bookings_checked_in_at_check CHECK (checked_in_at IS NULL OR confirmed_at IS NOT NULL),
        CONSTRAINT bookings_seats_check CHECK (octet_length(seats::text) <= 16384),
        CONSTRAINT bookings_total_minor_check CHECK (total_minor >= 0 AND total_minor <= 9007199254740991),
        CONSTRAINT bookings_refunded_minor_check CHECK (refunded_minor >= 0 AND refunded_minor <= total_minor),
        CONSTRAINT bookings_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
        CONSTRAINT bookings_organization_id_fkey FOREIGN KEY (organization_id)
          REFERENCES organizations (id) ON DELETE RESTRICT,
        CONSTRAINT bookings_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT,
        CONSTRAINT bookings_event_id_fkey FOREIGN KEY (event_organization_id, event_id)
          REFERENCES ticketed_events (organization_id, id) ON DELETE RESTRICT
      );
      COMMENT ON COLUMN bookings.payment_id IS 'no foreign key: payments are of another feature';
      CREATE INDEX bookings_user_id_id_idx ON bookings (user_id, id);
      CREATE INDEX bookings_user_id_event_id_idx ON bookings (user_id, event_id);
      CREATE INDEX bookings_event_organization_id_event_id_id_idx ON bookings (event_organization_id, event_id, id);
      CREATE INDEX bookings_event_id_confirmed_at_idx ON bookings (event_id, confirmed_at)
        WHERE status = 'confirmed' AND reminded_at IS NULL;
      CREATE INDEX bookings_expires_at_idx ON bookings (expires_at) WHERE status = 'pending_payment';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE bookings, seat_tallies, seats, seat_holds');
  }
}
