import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One account for each organization, and a ledger that is only added to. Each entry is double: what the organization has,
 * what it has set aside and our side of it (granted, sold or used, as its reason says) sum up to zero. On our side no
 * balance is kept, which everybody would have to wait for.
 */
export class BillingCredits1763700030000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(ACCOUNTS);
    await queryRunner.query(ENTRIES);
    await queryRunner.query(GUARDS);
    await queryRunner.query(RESERVATIONS);
    await queryRunner.query(PURCHASES);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE credit_purchases, credit_reservations, credit_notes, credit_entries, credit_accounts;
      DROP FUNCTION credit_entries_refuse, credit_accounts_follow;
    `);
  }
}

const ACCOUNTS = `
  CREATE TABLE credit_accounts (
    organization_id uuid NOT NULL,
    balance bigint NOT NULL DEFAULT 0,
    reserved bigint NOT NULL DEFAULT 0,
    entries bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT credit_accounts_pkey PRIMARY KEY (organization_id),
    CONSTRAINT credit_accounts_balance_check CHECK (balance >= 0 AND balance <= 9007199254740991),
    CONSTRAINT credit_accounts_reserved_check CHECK (reserved >= 0 AND reserved <= 9007199254740991),
    CONSTRAINT credit_accounts_entries_check CHECK (entries >= 0),
    CONSTRAINT credit_accounts_organization_id_fkey FOREIGN KEY (organization_id)
      REFERENCES organizations (id) ON DELETE RESTRICT
  ) WITH (fillfactor = 50)`;

const ENTRIES = `
  CREATE TABLE credit_entries (
    organization_id uuid NOT NULL,
    number bigint NOT NULL,
    reason varchar(20) NOT NULL,
    reference varchar(200) NOT NULL,
    amount bigint NOT NULL,
    reserved bigint NOT NULL,
    counterpart bigint NOT NULL,
    balance_after bigint NOT NULL,
    request_id varchar(128),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT credit_entries_pkey PRIMARY KEY (organization_id, number),
    CONSTRAINT credit_entries_organization_id_reference_reason_key UNIQUE (organization_id, reference, reason),
    CONSTRAINT credit_entries_number_check CHECK (number > 0),
    CONSTRAINT credit_entries_reference_check CHECK (reference <> ''),
    CONSTRAINT credit_entries_balance_after_check CHECK (balance_after >= 0),
    CONSTRAINT credit_entries_double_check CHECK (amount + reserved + counterpart = 0),
    CONSTRAINT credit_entries_reason_check CHECK (CASE reason
      WHEN 'sign-up' THEN amount > 0 AND reserved = 0
      WHEN 'grant' THEN amount > 0 AND reserved = 0
      WHEN 'purchase' THEN amount > 0 AND reserved = 0
      WHEN 'refund' THEN amount > 0 AND reserved = 0
      WHEN 'charge' THEN amount < 0 AND reserved = 0
      WHEN 'purchase-refund' THEN amount < 0 AND reserved = 0
      WHEN 'reserve' THEN amount < 0 AND reserved = - amount
      WHEN 'release' THEN amount > 0 AND reserved = - amount
      WHEN 'capture' THEN reserved < 0 AND amount >= 0 AND amount <= - reserved
      ELSE false END),
    CONSTRAINT credit_entries_organization_id_fkey FOREIGN KEY (organization_id)
      REFERENCES credit_accounts (organization_id) ON DELETE RESTRICT
  );
  CREATE UNIQUE INDEX credit_entries_reference_key ON credit_entries (reference) WHERE reason = 'sign-up';

  CREATE TABLE credit_notes (
    organization_id uuid NOT NULL,
    number bigint NOT NULL,
    text varchar(200) NOT NULL,
    CONSTRAINT credit_notes_pkey PRIMARY KEY (organization_id, number),
    CONSTRAINT credit_notes_organization_id_number_fkey FOREIGN KEY (organization_id, number)
      REFERENCES credit_entries (organization_id, number) ON DELETE RESTRICT
  )`;

const GUARDS = `
  CREATE FUNCTION credit_entries_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = 'credit_entries is only added to';
  END $$;
  CREATE TRIGGER credit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION credit_entries_refuse();
  ALTER TABLE credit_entries ENABLE ALWAYS TRIGGER credit_entries_append_only;

  CREATE FUNCTION credit_accounts_follow() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'INSERT' THEN
      IF NEW.balance = 0 AND NEW.reserved = 0 AND NEW.entries = 0 THEN RETURN NULL; END IF;
    ELSE
      PERFORM FROM credit_entries e
        WHERE e.organization_id = NEW.organization_id AND e.number = NEW.entries AND NEW.entries = OLD.entries + 1
          AND e.balance_after = NEW.balance AND e.amount = NEW.balance - OLD.balance
          AND e.reserved = NEW.reserved - OLD.reserved;
      IF FOUND THEN RETURN NULL; END IF;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = 'credit_accounts changes with an entry only';
  END $$;
  CREATE TRIGGER credit_accounts_follow AFTER INSERT OR UPDATE ON credit_accounts
    FOR EACH ROW EXECUTE FUNCTION credit_accounts_follow();
  ALTER TABLE credit_accounts ENABLE ALWAYS TRIGGER credit_accounts_follow`;

const RESERVATIONS = `
  CREATE TABLE credit_reservations (
    organization_id uuid NOT NULL,
    reference varchar(200) NOT NULL,
    amount bigint NOT NULL,
    captured bigint,
    state varchar(10) NOT NULL DEFAULT 'held',
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT credit_reservations_pkey PRIMARY KEY (organization_id, reference),
    CONSTRAINT credit_reservations_amount_check CHECK (amount > 0),
    CONSTRAINT credit_reservations_captured_check CHECK (captured >= 0 AND captured <= amount),
    CONSTRAINT credit_reservations_state_check CHECK (state IN ('held', 'captured', 'released', 'expired')),
    CONSTRAINT credit_reservations_ended_at_check CHECK ((ended_at IS NULL) = (state = 'held')),
    CONSTRAINT credit_reservations_captured_state_check CHECK ((captured IS NULL) = (state <> 'captured')),
    CONSTRAINT credit_reservations_organization_id_fkey FOREIGN KEY (organization_id)
      REFERENCES credit_accounts (organization_id) ON DELETE RESTRICT
  );
  CREATE INDEX credit_reservations_expires_at_idx ON credit_reservations (expires_at) WHERE state = 'held'`;

const PURCHASES = `
  CREATE TABLE credit_purchases (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    pack varchar(50) NOT NULL,
    credits bigint NOT NULL,
    amount bigint NOT NULL,
    currency char(3) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    paid_at timestamptz,
    payment_id uuid,
    due_back bigint NOT NULL DEFAULT 0,
    taken_back bigint NOT NULL DEFAULT 0,
    CONSTRAINT credit_purchases_pkey PRIMARY KEY (id),
    CONSTRAINT credit_purchases_credits_check CHECK (credits > 0 AND credits <= 9007199254740991),
    CONSTRAINT credit_purchases_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT credit_purchases_amount_check CHECK (amount > 0 AND amount <= 9007199254740991),
    CONSTRAINT credit_purchases_payment_id_check CHECK ((payment_id IS NULL) = (paid_at IS NULL)),
    CONSTRAINT credit_purchases_due_back_check CHECK (due_back >= 0 AND due_back <= credits),
    CONSTRAINT credit_purchases_taken_back_check CHECK (taken_back >= 0 AND taken_back <= due_back),
    CONSTRAINT credit_purchases_organization_id_fkey FOREIGN KEY (organization_id)
      REFERENCES organizations (id) ON DELETE RESTRICT
  );
  CREATE INDEX credit_purchases_organization_id_id_idx ON credit_purchases (organization_id, id);
  COMMENT ON COLUMN credit_purchases.payment_id IS 'no foreign key: whoever takes money is behind a port of core'`;
