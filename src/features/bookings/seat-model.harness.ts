import fc from 'fast-check';

/** What somebody does. `which` is what was held last (0), or before that. */
export type Deed =
  | { readonly does: 'hold'; readonly who: number; readonly labels: readonly string[]; readonly standing: number }
  | { readonly does: (typeof VERBS)[number]; readonly which: number }
  | { readonly does: 'end' };

const VERBS = ['release', 'run out', 'book', 'settle', 'refuse', 'cancel', 'give back'] as const;
export const LABELS = ['A1', 'A2', 'A3', 'A4'];
export const ROOM = 4;

const held = fc.record({
  does: fc.constant('hold' as const),
  who: fc.nat(2),
  labels: fc.uniqueArray(fc.constantFrom(...LABELS), { maxLength: 3 }),
  standing: fc.nat(3),
});
const done = fc.record({ does: fc.constantFrom(...VERBS), which: fc.constantFrom(0, 0, 0, 1, 2) });

/** Deeds of which some are possible and some are not; of some of these stories the organizer makes an end. */
export const deeds: fc.Arbitrary<Deed[]> = fc
  .tuple(
    fc.array(
      fc.oneof(
        { weight: 1, arbitrary: held.filter(({ labels, standing }) => labels.length + standing > 0) },
        { weight: 2, arbitrary: done },
      ),
      { minLength: 10, maxLength: 30 },
    ),
    fc.boolean(),
  )
  .map(([story, ends]) => (ends ? [...story, { does: 'end' as const }] : story));

/** `over` is a hold, `lapsed` a booking of which the time has run out. */
export type State = 'held' | 'over' | 'released' | 'pending' | 'lapsed' | 'confirmed' | 'ended';

/** Seats that somebody has held, and what became of them. */
export interface Lot {
  readonly id: string;
  readonly who: number;
  readonly labels: readonly string[];
  readonly standing: number;
  paymentId: string | null;
  state: State;
}

const LIVE: readonly State[] = ['held', 'pending', 'confirmed'];

/** What is to be expected of seats, without a database. */
export class SeatModel {
  readonly lots: Lot[] = [];
  isOver = false;

  get labelsLeft(): number {
    return LABELS.length - this.live.reduce((sum, { labels }) => sum + labels.length, 0);
  }

  get standingLeft(): number {
    return ROOM - this.live.reduce((sum, { standing }) => sum + standing, 0);
  }

  /** What may be told of a hold: of what has run out it makes no difference whether somebody has cleaned it up. */
  ofHold(labels: readonly string[], standing: number): string {
    if (this.isOver) return '409 EVENT_NOT_ON_SALE';
    if (this.live.some((lot) => lot.labels.some((label) => labels.includes(label)))) return '409 SEAT_TAKEN';
    return standing > this.standingLeft ? '409 SOLD_OUT' : '201';
  }

  ofRelease({ state }: Lot): readonly string[] {
    if (state === 'held') return ['204'];
    return state === 'over' ? ['204', '404 NOT_FOUND'] : ['404 NOT_FOUND'];
  }

  ofBooking({ state }: Lot): readonly string[] {
    if (state !== 'held') return ['409 HOLD_EXPIRED'];
    return [this.isOver ? '409 EVENT_NOT_ON_SALE' : '201'];
  }

  ofCancelling({ state }: Lot): readonly string[] {
    if (state === 'pending' || state === 'confirmed') return ['200'];
    return state === 'lapsed' ? ['200', '409 BOOKING_ENDED'] : ['409 BOOKING_ENDED', '404 NOT_FOUND'];
  }

  private get live(): Lot[] {
    return this.lots.filter(({ state }) => LIVE.includes(state));
  }
}
