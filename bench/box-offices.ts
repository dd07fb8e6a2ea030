import { v7 as uuidv7 } from 'uuid';
import { type Actor, type App, classOf } from './platform-app.ts';
import { ask, poolOf, transaction } from './planning-pool.ts';
import type { Sale } from './sales.ts';

/** One seat of a sale, by its number, and who wants it. */
export interface Wish {
  readonly buyer: Actor;
  readonly sale: Sale;
  readonly number: number;
}

/** One way to keep seats for those who want them. */
export interface BoxOffice {
  /** @returns the hold, or nothing if somebody else has the seat */
  hold(wish: Wish): Promise<string | undefined>;
}

interface Holds {
  hold(buyer: Actor, eventId: string, request: object): Promise<{ id: string }>;
}

/** What the application is told, and the others go by */
export const MOST_HELD = 10_000;
const HOLD_MINUTES = 10;

export async function service(app: App): Promise<BoxOffice> {
  const holds = app.get<Holds>(await classOf('src/features/bookings/holds.service.js', 'Holds'));
  const orNothing = (thrown: Error & { code?: string }) => {
    if (thrown.code !== 'SEAT_TAKEN') throw thrown;
    return undefined;
  };
  return {
    hold: ({ buyer, sale: { eventId, seatTypeId }, number }) =>
      holds.hold(buyer, eventId, { seats: [{ seatTypeId, label: `A${number}` }] }).then(({ id }) => id, orNothing),
  };
}

/** The statements of the service and nothing else. */
export async function bare(connections: number): Promise<BoxOffice> {
  const statement = (name: string) => classOf<string>('src/features/bookings/seat-statements.js', name);
  const [look = '', inTurn = '', take = ''] = await Promise.all(['LOOK', 'IN_TURN', 'HOLD'].map(statement));
  const pool = await poolOf(connections);
  return {
    async hold({ buyer: { organizationId, userId }, sale: { eventId, seatTypeId }, number }) {
      const [types, labels] = [[seatTypeId], [`A${number}`]];
      const [seen] = await ask(pool, look, [[eventId], types, labels, ['A'], [number]]);
      if (seen?.exists !== true || seen.taken !== false) return undefined;
      return transaction(pool, async (client) => {
        const id = uuidv7();
        const who = [id, organizationId, userId, seen.organizationId, eventId];
        await ask(client, inTurn, [userId, eventId]);
        const [held] = await ask(client, take, [...who, HOLD_MINUTES, types, labels, MOST_HELD]);
        return held?.label === labels[0] ? id : undefined;
      });
    },
  };
}
