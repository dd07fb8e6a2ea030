import { randomUUID } from 'node:crypto';
import type { Answer, ApiClient } from '../../../test/harness/api-client.js';
import { sql } from '../../../test/harness/database.js';
import type { TestApp } from '../../../test/harness/app.js';

const DAY_MS = 86_400_000;

/** With a key of its own, as a client that does not try again. */
export const once = (api: ApiClient): ApiClient => api.with({ 'idempotency-key': randomUUID() });

export const VIP = {
  name: 'VIP',
  priceMinor: 5_000,
  currency: 'EUR',
  capacity: 10,
  rows: [{ prefix: 'A', from: 1, to: 10 }],
};
export const STANDING = { name: 'Standing', priceMinor: 0, currency: 'EUR', capacity: 5 };

/** What `POST events` wants. */
export const concert = (changes: object = {}) => ({
  title: 'A concert',
  venue: 'The hall',
  startsAt: new Date(Date.now() + 30 * DAY_MS).toISOString(),
  timezone: 'Europe/Berlin',
  seatTypes: [VIP, STANDING],
  ...changes,
});

/** An event that is on sale. */
export interface Sale {
  readonly id: string;
  readonly organizer: ApiClient;
  /** Ids of its types of seats, by name */
  readonly types: Readonly<Record<string, string>>;
}

interface EventBody {
  readonly id: string;
  readonly seatTypes: readonly { readonly id: string; readonly name: string }[];
}

/** @param organizer by default somebody new */
export async function published(test: TestApp, changes: object = {}, organizer?: ApiClient): Promise<Sale> {
  return publishedBy(organizer ?? (await test.actor()).api, changes);
}

async function publishedBy(organizer: ApiClient, changes: object): Promise<Sale> {
  const { status, body } = await once(organizer).post('/v1/events', concert(changes));
  if (status !== 201) throw new Error(`The event was not made: ${JSON.stringify(body)}`);
  const { id, seatTypes } = body as unknown as EventBody;
  await organizer.post(`/v1/events/${id}/publish`);
  return { id, organizer, types: Object.fromEntries(seatTypes.map(({ id: type, name }) => [name, type])) };
}

/** What has an id, and whatever else. */
export type Thing = { readonly id: string } & Record<string, unknown>;

/** @param labels of type `VIP`, or another */
export function hold(
  buyer: ApiClient,
  { id, types }: Sale,
  labels: readonly string[],
  type = 'VIP',
): Promise<Answer<Thing>> {
  const seats = labels.map((label) => ({ seatTypeId: types[type], label }));
  return buyer.post(`/v1/events/${id}/holds`, { seats });
}

export function holdStanding(buyer: ApiClient, { id, types }: Sale, count: number): Promise<Answer<Thing>> {
  const seats = Array.from({ length: count }, () => ({ seatTypeId: types.Standing }));
  return buyer.post(`/v1/events/${id}/holds`, { seats });
}

export const book = (
  buyer: ApiClient,
  { body: { id: holdId } }: Pick<Answer<{ readonly id?: unknown }>, 'body'>,
): Promise<Answer<Thing>> => once(buyer).post('/v1/bookings', { holdId });

/** @returns how many seats of a type are to be had */
export async function available(test: TestApp, { id, types }: Sale, type = 'VIP'): Promise<unknown> {
  const { body } = await test.api.get(`/v1/events/${id}/availability`);
  const { seatTypes } = body as unknown as { seatTypes: { id: string; available: number }[] };
  return seatTypes.find((one) => one.id === types[type])?.available;
}

// All at one moment, as it happens. What has become a booking, or is paid, meanwhile is not over.
const RUN_OUT = `
  WITH over AS (SELECT now() + $2 * interval '1 ms' AS at),
  hold AS (UPDATE seat_holds SET expires_at = at FROM over WHERE id = $1 RETURNING id),
  booking AS (UPDATE bookings SET expires_at = at FROM over WHERE id = $1 AND expires_at IS NOT NULL RETURNING id),
  locked AS (
    SELECT id FROM seats WHERE hold_id IN (SELECT id FROM hold UNION SELECT id FROM booking) AND expires_at IS NOT NULL
     ORDER BY seat_type_id, label, id FOR UPDATE)
  UPDATE seats SET expires_at = at FROM over WHERE id IN (SELECT id FROM locked)`;

/**
 * Lets the time of a hold or an unpaid booking be over, by the clock of the database.
 * @param inMs from now on; by default it is over already
 */
export async function runOut({ databaseUrl }: Pick<TestApp, 'databaseUrl'>, id: unknown, inMs = -1): Promise<void> {
  await sql(databaseUrl, RUN_OUT, [id, inMs]);
}
