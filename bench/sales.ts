import { randomUUID } from 'node:crypto';
import { type Actor, type App, classOf } from './platform-app.ts';

/** An event that is on sale, of which all seats are of one type, and labelled `A0`, `A1` and so on. */
export interface Sale {
  readonly eventId: string;
  readonly seatTypeId: string;
}

interface TicketedEvents {
  create(seller: Actor, request: object, key: string): Promise<{ id: string; seatTypes: { id: string }[] }>;
  publish(seller: Actor, id: string): Promise<unknown>;
}

const IN_30_DAYS_MS = 30 * 86_400_000;

/** @param capacities of each event, at most a million */
export async function openSales(app: App, seller: Actor, capacities: readonly number[]): Promise<Sale[]> {
  const events = app.get<TicketedEvents>(
    await classOf('src/features/bookings/ticketed-events.service.js', 'TicketedEvents'),
  );
  const sales: Sale[] = [];
  for (const capacity of capacities) {
    const { id, seatTypes } = await events.create(seller, concert(capacity), randomUUID());
    await events.publish(seller, id);
    sales.push({ eventId: id, seatTypeId: seatTypes[0]?.id ?? '' });
  }
  return sales;
}

const concert = (capacity: number) => ({
  title: 'A concert',
  venue: 'The hall',
  startsAt: new Date(Date.now() + IN_30_DAYS_MS).toISOString(),
  timezone: 'Europe/Berlin',
  seatTypes: [
    { name: 'Seat', priceMinor: 5_000, currency: 'EUR', capacity, rows: [{ prefix: 'A', from: 0, to: capacity - 1 }] },
  ],
});
