import pg from 'pg';
import { databaseUrl, startAerie } from './aerie.ts';
import { MOST_HELD } from './box-offices.ts';
import { type Measurement, median } from './measurement.ts';
import { type Actor, type App, classOf, inLanes, people, startApp, type Transactions } from './platform-app.ts';
import { LANES } from './rushes.ts';
import { openSales, type Sale } from './sales.ts';

interface Availability {
  of(actor: undefined, eventId: string): Promise<Answer>;
}

interface Holds {
  hold(buyer: Actor, eventId: string, request: object): Promise<unknown>;
}

interface Answer {
  readonly seatTypes: readonly { readonly available: number }[];
}

type Read = (sale: Sale) => Promise<Answer>;

const SIZES = { small: 100, large: 100_000 };
const BUYERS = 100;
const TARGET_RATIO = 1.2;
/** Nothing expires while it is measured. */
const ENV = {
  JOBS_CONCURRENCY: '0',
  DB_POOL_MAX: '20',
  BOOKINGS_HOLD_MINUTES: '60',
  BOOKINGS_MOST_SEATS_HELD: String(MOST_HELD),
};

export const availability: Measurement = {
  title: `How many seats are left of ${SIZES.large}, against ${SIZES.small}, half of which are taken`,
  pinned: true,
  of: 'bookings',
  async run({ quick }) {
    const app = await startApp([], ENV);
    const sales = await sellHalf(app);
    const server = await startAerie('postgres');
    const counted = app.get<Availability>(
      await classOf('src/features/bookings/availability.service.js', 'Availability'),
    );
    const reads: Record<string, Read> = {
      'at the service': ({ eventId }) => counted.of(undefined, eventId),
      'through HTTP': async ({ eventId }) => {
        const answer = await fetch(`${server.url}/v1/events/${eventId}/availability`);
        return (await answer.json()) as Answer;
      },
    };
    const times = await inTurns(reads, sales, quick ? 300 : 2_000);
    return { raw: { milliseconds: times }, findings: Object.keys(reads).flatMap((where) => findingsOf(where, times)) };
  },
};

type Sales = Record<keyof typeof SIZES, Sale>;
type Times = Record<string, Record<keyof typeof SIZES, number[]>>;

/** In turns, so that a slow minute of the machine is slow for both. */
async function inTurns(reads: Record<string, Read>, sales: Sales, rounds: number): Promise<Times> {
  const times: Times = {};
  for (const [where, read] of Object.entries(reads)) {
    const of = (times[where] = { small: [] as number[], large: [] as number[] });
    for (let round = -rounds / 5; round < rounds; round++) {
      for (const size of ['small', 'large'] as const) {
        const took = await timeOf(read, sales[size], SIZES[size] / 2);
        // The first rounds warm everything up.
        if (round >= 0) of[size].push(took);
      }
    }
  }
  return times;
}

async function timeOf(read: Read, sale: Sale, left: number): Promise<number> {
  const started = performance.now();
  const { seatTypes } = await read(sale);
  const took = performance.now() - started;
  if (seatTypes[0]?.available !== left) throw new Error(`of ${left} seats ${seatTypes[0]?.available} are left`);
  return took;
}

function findingsOf(where: string, times: Times) {
  const of = (size: keyof typeof SIZES) => median(times[where]?.[size] ?? []);
  const target = { atMost: TARGET_RATIO };
  return [
    { what: `of ${SIZES.small} seats, ${where}`, value: of('small'), unit: 'ms' },
    { what: `of ${SIZES.large} seats, ${where}`, value: of('large'), unit: 'ms' },
    { what: `of ${SIZES.large} it takes, ${where}`, value: of('large') / of('small'), unit: 'times', target },
  ];
}

/** As people do it: seats are held first, and one half of them are paid for. */
async function sellHalf(app: App): Promise<Sales> {
  const transactions = app.get<Transactions>(await classOf('src/core/database/transactions.js', 'Transactions'));
  const [seller, ...buyers] = (await people(transactions, BUYERS + 1)) as [Actor, ...Actor[]];
  const [small, large] = (await openSales(app, seller, [SIZES.small, SIZES.large])) as [Sale, Sale];
  const holds = app.get<Holds>(await classOf('src/features/bookings/holds.service.js', 'Holds'));
  for (const [sale, taken, atOnce] of [
    [small, SIZES.small / 2, 1],
    [large, SIZES.large / 2, 20],
  ] as const) {
    const firsts = Array.from({ length: taken / atOnce }, (_, index) => index * atOnce);
    await inLanes(LANES, firsts, (first) => {
      const seats = Array.from({ length: atOnce }, (_, index) => ({
        seatTypeId: sale.seatTypeId,
        label: `A${first + index}`,
      }));
      return holds.hold(buyers[first % BUYERS] as Actor, sale.eventId, { seats });
    });
  }
  const client = new pg.Client({ connectionString: await databaseUrl() });
  await client.connect();
  await client.query('UPDATE seats SET expires_at = NULL WHERE id % 2 = 0');
  await client.query('VACUUM ANALYZE');
  await client.end();
  return { small, large };
}
