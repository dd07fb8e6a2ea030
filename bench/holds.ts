import { bare, type BoxOffice, MOST_HELD, service } from './box-offices.ts';
import { holdsThroughHttp } from './holds-through-http.ts';
import { type Effort, type Finding, type Measurement, median } from './measurement.ts';
import { type Actor, classOf, people, startApp, type Transactions } from './platform-app.ts';
import { forATakenSeat, forOneSeatAfterTheOther, forSeatsOf, LANES, type Rush } from './rushes.ts';
import { openSales, type Sale } from './sales.ts';
import { simple } from './simple-box-office.ts';

const EVENTS = 100;
const BUYERS = 1_000;
const SEATS = 1_000_000;
/** More than buyers may hold by themselves, so that nobody is refused for that. */
const ENV = { JOBS_CONCURRENCY: '0', DB_POOL_MAX: '20', BOOKINGS_MOST_SEATS_HELD: String(MOST_HELD) };

interface Scene {
  readonly where: string;
  readonly what: string;
  readonly rush: Rush;
  readonly atLeast: number;
  /** How many at once, of what others do: as many as take as long */
  readonly share: number;
}

type Rates = Record<string, Record<'bare' | 'service' | 'simple', number[]>>;

export const holds: Measurement = {
  title: `Holds a second, ${LANES} at a time, against the same SQL sent by bare pg from as many connections`,
  pinned: false,
  of: 'bookings',
  async run(effort) {
    const app = await startApp([], ENV);
    const transactions = app.get<Transactions>(await classOf('src/core/database/transactions.js', 'Transactions'));
    const [seller, ...buyers] = await people(transactions, BUYERS + 1);
    if (seller === undefined) throw new Error('there is nobody');
    const sales = await openSales(app, seller, Array<number>(EVENTS).fill(SEATS));
    const through = await holdsThroughHttp(sales, ENV, effort);
    const scenes = scenesOf(sales, buyers);
    const offices = { bare: await bare(LANES), service: await service(app), simple: await simple(LANES) };
    const rates = await inTurns(offices, scenes, transactions, effort);
    return {
      raw: { rates, through: through.raw },
      findings: [...scenes.flatMap((scene) => findingsOf(scene, rates)), ...through.findings],
    };
  },
};

function scenesOf(sales: readonly Sale[], buyers: readonly Actor[]): Scene[] {
  const [hot] = sales as [Sale];
  const scene = (where: string, what: string, rush: Rush, atLeast: number, share = 1): Scene => ({
    where,
    what,
    rush,
    atLeast,
    share,
  });
  return [
    scene(`${sales.length} events`, 'holds/s', forSeatsOf(sales, buyers), 0.7),
    scene('one event', 'holds/s', forSeatsOf([hot], buyers), 0.7),
    scene('one seat after the other', 'answers/s', forOneSeatAfterTheOther(hot, buyers), 0.6, 0.5),
    scene('a taken seat', 'answers/s', forATakenSeat(hot, buyers), 0.6),
  ];
}

/** In turns, so that a slow minute of the machine is slow for all. The first round warms everything up. */
async function inTurns(
  offices: Record<'bare' | 'service' | 'simple', BoxOffice>,
  scenes: readonly Scene[],
  transactions: Transactions,
  { quick, rounds }: Effort,
): Promise<Rates> {
  const rates: Rates = {};
  for (let round = 0; round <= rounds; round++) {
    for (const { where, rush, share } of scenes) {
      const of = (rates[where] ??= { bare: [], service: [], simple: [] });
      for (const [name, office] of Object.entries(offices)) {
        await transactions.run((tx) => tx.query('TRUNCATE seats, seat_holds, seat_tallies, simple_seats'));
        const rate = await rush(office, (quick ? 1_600 : 4_800) * share);
        if (round > 0) of[name as keyof typeof of].push(rate);
      }
    }
  }
  return rates;
}

function findingsOf({ where, what, atLeast }: Scene, rates: Rates): Finding[] {
  const of = (name: keyof Rates[string]) => median(rates[where]?.[name] ?? []);
  return [
    { what: `bare, ${where}`, value: of('bare'), unit: what },
    { what: `service, ${where}`, value: of('service'), unit: what },
    { what: `kept, ${where}`, value: of('service') / of('bare'), unit: 'of bare', target: { atLeast } },
    { what: `the simplest table, ${where}`, value: of('simple'), unit: what },
    { what: `kept of it, ${where}`, value: of('service') / of('simple'), unit: 'of the simplest' },
  ];
}
