import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startAerie } from './aerie.ts';
import { atTheEnd } from './cleanup.ts';
import { nowMs } from './machine.ts';
import { type Finding, type Measurement, median } from './measurement.ts';
import { type Actor, classOf, people, startApp, type Transactions } from './platform-app.ts';
import { openSales, type Sale } from './sales.ts';
import type { Server } from './server.ts';
import { post, signUp, type Visitor } from './visitor.ts';
import type { Heard, Watch } from './watchers.ts';

const WATCHERS = join(import.meta.dirname, 'watchers.ts');
const SOCKETS = 1_000;
/** Until everything is still again */
const PAUSE_MS = 300;

interface Change {
  readonly firstMs: number;
  readonly medianMs: number;
  readonly lastMs: number;
  readonly processorMs: number;
}

export const broadcast: Measurement = {
  title: `One seat is held, and ${SOCKETS} sockets watch`,
  pinned: true,
  of: 'bookings',
  async run({ quick }) {
    const server = await startAerie('postgres', { env: { TRUST_PROXY: '1', BOOKINGS_MOST_SEATS_HELD: '10000' } });
    const sale = await openSale();
    const buyer = await signUp(server);
    const next = await watch({ url: server.url, eventId: sale.eventId, sockets: SOCKETS });
    const changes: Change[] = [];
    for (let round = 0; round < (quick ? 10 : 50) * 1.2; round++) {
      const change = await holdOne(server, buyer, sale, round, next);
      // The first rounds warm everything up.
      if (round >= (quick ? 2 : 10)) changes.push(change);
    }
    const of = (what: keyof Change) => median(changes.map((change) => change[what]));
    const findings: Finding[] = [
      { what: 'from the answer to the hold, the first hears of it after', value: of('firstMs'), unit: 'ms' },
      { what: 'half of them after', value: of('medianMs'), unit: 'ms' },
      { what: 'the last after', value: of('lastMs'), unit: 'ms' },
      { what: 'processor time of all that, with the hold', value: of('processorMs'), unit: 'ms' },
    ];
    return { raw: changes, findings };
  },
};

async function holdOne(
  server: Server,
  { headers }: Visitor,
  { eventId, seatTypeId }: Sale,
  number: number,
  next: () => Promise<Heard>,
): Promise<Change> {
  await sleep(PAUSE_MS);
  const before = await server.processorTime();
  const heard = next();
  await post(`${server.url}/v1/events/${eventId}/holds`, { seats: [{ seatTypeId, label: `A${number}` }] }, headers);
  const answeredMs = nowMs();
  const after = (await heard).atMs.map((atMs) => atMs - answeredMs);
  const processorMs = ((await server.processorTime()) - before) / 1_000;
  return { firstMs: Math.min(...after), medianMs: median(after), lastMs: Math.max(...after), processorMs };
}

/** @returns what waits for the next change that all of them have heard of */
async function watch(order: Watch): Promise<() => Promise<Heard>> {
  const watchers = fork(WATCHERS);
  atTheEnd(async () => {
    if (watchers.exitCode !== null) return;
    watchers.disconnect();
    await once(watchers, 'exit');
  });
  const failed = once(watchers, 'exit').then(() => Promise.reject<never>(new Error('the watchers failed')));
  failed.catch(() => undefined);
  const told = async () => ((await Promise.race([once(watchers, 'message'), failed])) as unknown[])[0];
  watchers.send(order);
  await told();
  return async () => (await told()) as Heard;
}

async function openSale(): Promise<Sale> {
  const app = await startApp([], { JOBS_CONCURRENCY: '0' });
  const transactions = app.get<Transactions>(await classOf('src/core/database/transactions.js', 'Transactions'));
  const [seller] = (await people(transactions, 1)) as [Actor];
  const [sale] = (await openSales(app, seller, [SOCKETS])) as [Sale];
  await app.close();
  return sale;
}
