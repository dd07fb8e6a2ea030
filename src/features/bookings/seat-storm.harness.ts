import { randomInt } from 'node:crypto';
import type { Answer, ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { cloneDatabase, sql } from '../../../test/harness/database.js';
import type { Environment } from '../../../test/harness/environment.js';
import { eventually } from '../../../test/harness/eventually.js';
import { book, once, published, runOut, type Sale, type Thing } from './box-office.harness.js';
import { FakeDesk } from './fake-desk.harness.js';
import { deadlocksIn, type SeatFault, SeatWatch } from './seat-faults.harness.js';

const LABELS = ['A1', 'A2', 'A3', 'A4'];
const BUYERS = 14;

interface Raged {
  readonly counts: Readonly<Record<string, number>>;
  readonly faults: readonly SeatFault[];
  readonly looks: number;
}

/** Nobody is refused because the machine is slow. */
const PATIENT = { DB_CONNECT_TIMEOUT_MS: '10000', REQUEST_TIMEOUT_MS: '30000' };

/** Two instances on one database. */
export async function twins(env: Environment = {}): Promise<[TestApp, TestApp]> {
  const databaseUrl = await cloneDatabase();
  const settings = { databaseUrl, env: { ...PATIENT, ...env } };
  return [await TestApp.start(settings), await TestApp.start(settings)];
}

/** What is wrong after a storm, if nothing is. */
export const CALM = { faults: [], unexpected: [], missing: [], moneyFaults: [], deadlocks: 0 };

/** Lets people rage at two instances, until they have given everything back. @returns what was wrong, as in `CALM` */
export async function stormOf(seconds: number): Promise<object> {
  const instances = await twins();
  const storm = await SeatStorm.over(instances);
  const { counts, faults, looks } = await storm.rage(seconds * 1_000);
  process.stderr.write(`${seconds} s of storm, ${looks} looks: ${JSON.stringify(counts)}\n`);
  const moneyFaults = await storm.moneyFaults();
  await eventually(async () => expect(await storm.left()).toEqual({ taken: 0, rows: 0 }), 30_000);
  for (const instance of instances) await instance.close();
  return {
    ...{ faults, moneyFaults, deadlocks: await deadlocksIn(instances[0].databaseUrl) },
    unexpected: Object.keys(counts).filter((told) => !EXPECTED.has(told)),
    // Else nothing was proven.
    missing: OFTEN.filter((told) => (counts[told] ?? 0) < seconds).concat(looks < seconds ? ['looks'] : []),
  };
}

const OFTEN = ['hold 201', 'hold 409 SEAT_TAKEN', 'book 201'];

/** Whatever else is told is a fault of the house. */
const EXPECTED = new Set([
  ...['hold 201', 'hold 409 SEAT_TAKEN', 'hold 409 SOLD_OUT', 'release 204', 'release 404 NOT_FOUND', 'book 201'],
  ...['book 409 HOLD_EXPIRED', 'pay settled', 'pay refused', 'cancel 200', 'cancel 409 BOOKING_ENDED'],
  // Paid or over since it was read.
  'cancel 409 CONFLICT',
]);

type Buyer = readonly [ApiClient, ApiClient];

/** People who hold, release, book, pay, cancel and forget few seats at two instances, all at the same time. */
class SeatStorm {
  private readonly counts: Record<string, number> = {};
  private readonly paid = new Map<string, 'settled' | 'refused'>();

  private constructor(
    private readonly instances: readonly [TestApp, TestApp],
    private readonly sale: Sale,
    private readonly desks: readonly [FakeDesk, FakeDesk],
    private readonly buyers: readonly Buyer[],
  ) {}

  static async over(instances: readonly [TestApp, TestApp]): Promise<SeatStorm> {
    const [one, other] = instances;
    const desk = new FakeDesk(one);
    const buyers: Buyer[] = [];
    while (buyers.length < BUYERS) {
      const { api, actor } = await one.actor('viewer');
      buyers.push([api, other.api.with({ 'x-test-actor': JSON.stringify(actor) })]);
    }
    return new SeatStorm(instances, await published(one), [desk, new FakeDesk(other, desk)], buyers);
  }

  async rage(ms: number): Promise<Raged> {
    const until = performance.now() + ms;
    const watch = await SeatWatch.over(this.instances[0]);
    const buy = (buyer: Buyer) => this.buyUntil(until, buyer);
    const { faults, looks } = await watch.during(() => Promise.all(this.buyers.map(buy)));
    return { counts: this.counts, faults, looks };
  }

  /** Payments of which both the seats and the money, or neither, are the buyer's. */
  async moneyFaults(): Promise<string[]> {
    const bookings = await sql<{ paymentId: string; status: string; total: number }>(
      this.instances[0].databaseUrl,
      'SELECT payment_id AS "paymentId", status, total_minor::int AS total FROM bookings WHERE payment_id IS NOT NULL',
    );
    return bookings.flatMap(({ paymentId, status, total }) => {
      const refunds = this.desks[0].refunds.filter((refund) => refund.paymentId === paymentId);
      const back = refunds.reduce((sum, { amount }) => sum + amount, 0);
      const isPaid = this.paid.get(paymentId) === 'settled';
      const isRight = status === 'confirmed' ? isPaid && back === 0 : back === (isPaid ? total : 0);
      return isRight
        ? []
        : [`${paymentId} is ${this.paid.get(paymentId)}, its booking ${status}, and ${back} went back`];
    });
  }

  /** What is not free in the end. */
  async left(): Promise<object | undefined> {
    const [row] = await sql(
      this.instances[0].databaseUrl,
      'SELECT (SELECT sum(taken)::int FROM seat_tallies) AS taken, (SELECT count(*)::int FROM seats) AS rows',
    );
    return row;
  }

  private async buyUntil(until: number, buyer: Buyer): Promise<void> {
    while (performance.now() < until) await this.buy(buyer);
  }

  private async buy(buyer: Buyer): Promise<void> {
    const held = this.count(
      'hold',
      await any(buyer).post<Thing>(`/v1/events/${this.sale.id}/holds`, { seats: this.wanted() }),
    );
    if (held.status !== 201) return;
    const id = String(held.body.id);
    const mood = randomInt(100);
    if (mood < 15) return this.forget(id);
    if (mood < 40) return void this.count('release', await any(buyer).send('DELETE', `/v1/holds/${id}`));
    const [booked] = await Promise.all([book(any(buyer), held), mood < 60 ? this.forget(id) : undefined]);
    if (this.count('book', booked).status === 201) await this.end(buyer, booked);
  }

  /** Pays or not, and gives the seats back in the end: some do it all at once. */
  private async end(buyer: Buyer, { body }: Answer): Promise<void> {
    const [id, paymentId] = [String(body.id), body.paymentId as string | null];
    const pay = () => (paymentId === null ? undefined : this.pay(paymentId));
    const cancel = async () => this.count('cancel', await once(any(buyer)).post(`/v1/bookings/${id}/cancel`));
    const mood = randomInt(100);
    if (mood < 15) await Promise.all([pay(), cancel()]);
    else if (mood < 30) await Promise.all([pay(), cancel(), this.forget(id)]);
    else if (mood < 50) await Promise.all([pay(), this.forget(id)]);
    else if (mood < 85) await pay();
    if ((await cancel()).body.code === 'CONFLICT') await cancel();
  }

  private forget(id: string): Promise<void> {
    return runOut(this.instances[0], id);
  }

  private async pay(paymentId: string): Promise<void> {
    const outcome = await any(this.desks).settle(paymentId);
    this.paid.set(paymentId, outcome);
    this.count('pay', { status: outcome });
  }

  /** Two or three labels in any order, and up to two places without. */
  private wanted(): object[] {
    const labels = shuffled(LABELS).slice(0, randomInt(4));
    const standing = Array.from({ length: randomInt(labels.length === 0 ? 1 : 0, 3) }, () => undefined);
    const { VIP, Standing } = this.sale.types;
    return shuffled([...labels, ...standing]).map((label) =>
      label === undefined ? { seatTypeId: Standing } : { seatTypeId: VIP, label },
    );
  }

  private count<T extends Pick<Answer, 'status'> | { readonly status: string }>(what: string, told: T): T {
    const code = 'body' in told ? (told as unknown as Answer<{ code?: string }>).body.code : undefined;
    const name = `${what} ${told.status}${code === undefined ? '' : ` ${code}`}`;
    this.counts[name] = (this.counts[name] ?? 0) + 1;
    return told;
  }
}

const any = <T>(two: readonly [T, T]): T => two[randomInt(2)] as T;

function shuffled<T>(items: readonly T[]): T[] {
  const order = items.map((item) => ({ item, at: Math.random() }));
  return order.sort((one, other) => one.at - other.at).map(({ item }) => item);
}
