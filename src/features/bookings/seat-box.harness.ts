import type { Answer, ApiClient } from '../../../test/harness/api-client.js';
import type { TestApp } from '../../../test/harness/app.js';
import { sql } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { book, once, published, runOut, type Sale, STANDING, VIP } from './box-office.harness.js';
import type { FakeDesk } from './fake-desk.harness.js';
import { type Deed, LABELS, type Lot, ROOM, SeatModel } from './seat-model.harness.js';

const rows = [{ prefix: 'A', from: 1, to: LABELS.length }];
const SMALL = [
  { ...VIP, rows, capacity: LABELS.length },
  { ...STANDING, capacity: ROOM },
];

const told = ({ status, body: { code } }: Answer): string =>
  status < 300 ? `${status}` : `${status} ${code as string}`;

type Availability = { readonly seatTypes: readonly { readonly id: string; readonly available: number }[] };

/** A small event, its buyers, and what is to be expected of it: does what it is told and compares. */
export class SeatBox {
  readonly model = new SeatModel();

  private constructor(
    private readonly test: TestApp,
    private readonly desk: FakeDesk,
    private readonly sale: Sale,
    private readonly buyers: readonly ApiClient[],
  ) {}

  static async open(test: TestApp, desk: FakeDesk, buyers: readonly ApiClient[]): Promise<SeatBox> {
    return new SeatBox(test, desk, await published(test, { seatTypes: SMALL }), buyers);
  }

  /** @throws if it comes to something that the model does not expect, unless others do things at the same time */
  async do(deed: Deed, isAlone = true): Promise<void> {
    if (deed.does === 'end') return this.end();
    if (deed.does === 'hold') return this.hold(deed, isAlone);
    const lot = this.model.lots.at(-1 - deed.which);
    if (lot === undefined) return;
    const answer = await this.deal(deed.does, lot);
    if (isAlone && answer !== undefined) expect(answer.expected).toContain(answer.told);
  }

  /** What can be had, by what the application says and by what is to be expected. */
  async left(): Promise<{ said: Record<string, number>; expected: Record<string, number> }> {
    const { body } = await this.test.api.get<Availability>(`/v1/events/${this.sale.id}/availability`);
    const { VIP: labelled = '', Standing: standing = '' } = this.sale.types;
    return {
      said: Object.fromEntries(body.seatTypes.map((type) => [type.id, type.available])),
      expected: { [labelled]: this.model.labelsLeft, [standing]: this.model.standingLeft },
    };
  }

  private async hold({ who, labels, standing }: Deed & { does: 'hold' }, isAlone: boolean): Promise<void> {
    const expected = this.model.ofHold(labels, standing);
    const { VIP: seatTypeId, Standing } = this.sale.types;
    const seats = [
      ...labels.map((label) => ({ seatTypeId, label })),
      ...Array.from({ length: standing }, () => ({ seatTypeId: Standing })),
    ];
    const answer = await this.client(who).post(`/v1/events/${this.sale.id}/holds`, { seats });
    if (isAlone) expect(told(answer)).toBe(expected);
    const lot = { id: String(answer.body.id), who, labels, standing, paymentId: null, state: 'held' as const };
    if (answer.status === 201) this.model.lots.push(lot);
  }

  private async deal(does: string, lot: Lot): Promise<{ told: string; expected: readonly string[] } | undefined> {
    const api = this.client(lot.who);
    const { model } = this;
    switch (does) {
      case 'release': {
        const expected = model.ofRelease(lot);
        const answer = told(await api.send('DELETE', `/v1/holds/${lot.id}`));
        if (answer === '204' && lot.state === 'held') lot.state = 'released';
        return { told: answer, expected };
      }
      case 'book': {
        const expected = model.ofBooking(lot);
        const answer = await book(api, { body: { id: lot.id } });
        if (answer.status === 201) {
          lot.paymentId = answer.body.paymentId as string | null;
          lot.state = lot.paymentId === null ? 'confirmed' : 'pending';
        }
        return { told: told(answer), expected };
      }
      case 'cancel': {
        const expected = model.ofCancelling(lot);
        const answer = told(await once(api).post(`/v1/bookings/${lot.id}/cancel`));
        if (answer === '200') lot.state = 'ended';
        return { told: answer, expected };
      }
      case 'run out':
        await runOut(this.test, lot.id);
        if (lot.state === 'held') lot.state = 'over';
        if (lot.state === 'pending') lot.state = 'lapsed';
        return undefined;
      default:
        return lot.paymentId === null ? undefined : this.pay(does, lot, lot.paymentId);
    }
  }

  private async pay(does: string, lot: Lot, paymentId: string) {
    if (does === 'refuse') return void (await this.desk.fail(paymentId));
    if (does === 'give back') {
      // Money goes back of what was paid, and of nothing else.
      if (lot.state !== 'confirmed') return undefined;
      await this.desk.giveBack(paymentId);
      lot.state = 'ended';
      return undefined;
    }
    const expected = [lot.state === 'pending' || lot.state === 'confirmed' ? 'settled' : 'refused'];
    const outcome = await this.desk.settle(paymentId);
    if (outcome === 'settled' && lot.state === 'pending') lot.state = 'confirmed';
    return { told: outcome, expected };
  }

  /** The organizer cancels, and all bookings follow. */
  private async end(): Promise<void> {
    const { status } = await this.sale.organizer.post(`/v1/events/${this.sale.id}/cancel`);
    expect(status).toBe(200);
    this.model.isOver = true;
    await eventually(async () => expect(await this.booked()).toEqual([]), 60_000);
    for (const lot of this.model.lots) if (/pending|lapsed|confirmed/.test(lot.state)) lot.state = 'ended';
  }

  private booked(): Promise<object[]> {
    const statement = `SELECT id FROM bookings WHERE event_id = $1 AND status IN ('pending_payment', 'confirmed')`;
    return sql(this.test.databaseUrl, statement, [this.sale.id]);
  }

  private client(who: number): ApiClient {
    return this.buyers[who % this.buyers.length] as ApiClient;
  }
}
