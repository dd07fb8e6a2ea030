import { randomUUID } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import type { Actor } from '../../core/access/actor.js';
import type { JobAccepted, JobView } from '../../core/user-jobs/user-job.dto.js';
import type { ApiClient } from '../../../test/harness/api-client.js';
import type { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import type { BookingExportView } from './export.dto.js';
import type { Sale } from './box-office.harness.js';

type Body<T> = T & Record<string, unknown>;
type Line = Record<string, string>;

/** Asks for the bookings of an event. */
export const ask = (api: ApiClient, eventId: string, key: string = randomUUID()) =>
  api.with({ 'idempotency-key': key }).post<Body<JobAccepted>>('/v1/bookings/exports', { eventId });

export const readJob = async (api: ApiClient, id: string) => (await api.get<Body<JobView>>(`/v1/jobs/${id}`)).body;

/** @returns the job, once it is as expected */
export async function jobBecomes(api: ApiClient, id: string, expected: object, withinMs = 30_000): Promise<JobView> {
  await eventually(async () => expect(await readJob(api, id)).toMatchObject(expected), withinMs);
  return readJob(api, id);
}

export const readExport = (api: ApiClient, id: string) =>
  api.get<Body<BookingExportView>>(`/v1/bookings/exports/${id}`);

/** @returns the lines of a file, by the names of its columns */
export const linesOf = (csv: string): Line[] => parse(csv, { bom: true, columns: true });

/** The whole way: asks, waits, and follows the link. */
export async function exported(test: TestApp, { id, organizer }: Sale): Promise<Line[]> {
  const { jobId } = (await ask(organizer, id)).body;
  await jobBecomes(organizer, jobId, { status: 'succeeded' });
  const { downloadUrl } = (await readExport(organizer, jobId)).body;
  return linesOf((await test.api.get<string>(downloadUrl)).body);
}

const BOOKED = `
  INSERT INTO bookings (id, organization_id, user_id, event_organization_id, event_id, status, seats, total_minor, currency,
                        confirmed_at)
  SELECT gen_random_uuid(), $2, $3, organization_id, id, 'confirmed',
         json_build_array(json_build_object('seatTypeId', id, 'name', 'VIP', 'label', 'A' || n, 'priceMinor', 5000)),
         5000, 'EUR', now()
    FROM ticketed_events, generate_series(1, $4) n WHERE id = $1`;

/** Lets a buyer have booked seats of an event that may have fewer: as many as nobody wants to book one by one. */
export const haveBooked = ({ databaseUrl }: TestApp, { id }: Sale, buyer: Actor, count: number) =>
  sql(databaseUrl, BOOKED, [id, buyer.organizationId, buyer.userId, count]);

const MADE = `
  WITH made AS (
    INSERT INTO ticketed_events (id, organization_id, title, venue, starts_at, timezone)
    VALUES (gen_random_uuid(), $1, 'A concert', 'The hall', now() + interval '30 days', 'Europe/Berlin') RETURNING *),
  exported AS (
    INSERT INTO booking_exports (id, organization_id, user_id, event_id, rows, expires_at)
    SELECT gen_random_uuid(), organization_id, $2, id, 0, now() + interval '1 day' FROM made RETURNING *),
  part AS (
    INSERT INTO booking_export_parts (organization_id, export_id, number, content, expires_at)
    SELECT organization_id, id, 0, 'id' || chr(10), expires_at FROM exported)
  SELECT id FROM exported`;

/** @returns the id of a file that nobody has asked for */
export async function exportOf({ databaseUrl }: TestApp, { organizationId, userId }: Actor): Promise<string> {
  const [made] = await sql<{ id: string }>(databaseUrl, MADE, [organizationId, userId]);
  return made?.id ?? '';
}

/** Before a part of any file is written, but for the first, this happens: SQL of a trigger. */
export const beforeParts = ({ databaseUrl }: TestApp, happens: string) =>
  sql(
    databaseUrl,
    `CREATE OR REPLACE FUNCTION test_before_part() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN IF NEW.number > 0 THEN ${happens}; END IF; RETURN NEW; END $$;
     CREATE OR REPLACE TRIGGER test_before_part BEFORE INSERT ON booking_export_parts
       FOR EACH ROW EXECUTE FUNCTION test_before_part()`,
  );
