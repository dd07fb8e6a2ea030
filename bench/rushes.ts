import type { BoxOffice, Wish } from './box-offices.ts';
import { type Actor, inLanes } from './platform-app.ts';
import type { Sale } from './sales.ts';

export const LANES = 16;

/** Many who want seats at the same moment. @returns how many are answered a second */
export type Rush = (office: BoxOffice, count: number) => Promise<number>;

/** Everybody wants another seat, of the events in turn. */
export const forSeatsOf =
  (sales: readonly Sale[], buyers: readonly Actor[]): Rush =>
  async (office, count) => {
    const wishes = Array.from({ length: count }, (_, number) => ({ ...wishOf(number, sales, buyers), number }));
    return rateOf(count, async () => {
      let refused = 0;
      await inLanes(LANES, wishes, async (wish) => void ((await office.hold(wish)) ?? refused++));
      if (refused > 0) throw new Error(`${refused} seats that were free were refused`);
    });
  };

/** Everybody wants the same one, which is taken: they are told so by a look, before anything is written. */
export const forATakenSeat =
  (sale: Sale, buyers: readonly Actor[]): Rush =>
  async (office, count) => {
    const wishes = Array.from({ length: count }, (_, index) => wishOf(index, [sale], buyers));
    const winners = new Set([await office.hold(wishOf(0, [sale], buyers))]);
    return rateOf(count, async () => {
      await inLanes(LANES, wishes, async (wish) => void winners.add(await office.hold(wish)));
      if (winners.size !== 2) throw new Error('a seat was sold twice');
    });
  };

/**
 * All lanes want the same free one at the same moment, and then the next one. So each time the database decides, which a
 * seat that is free again whenever somebody gives it back would not show: those who look in vain would be counted.
 */
export const forOneSeatAfterTheOther =
  (sale: Sale, buyers: readonly Actor[]): Rush =>
  async (office, count) =>
    rateOf(count, async () => {
      for (let number = 0; number < count / LANES; number++) {
        const wishes = Array.from({ length: LANES }, (_, lane) => ({ ...wishOf(lane, [sale], buyers), number }));
        const holds = await Promise.all(wishes.map((wish) => office.hold(wish)));
        const { length } = holds.filter((hold) => hold !== undefined);
        if (length !== 1) throw new Error(`${length} got the same seat`);
      }
    });

const wishOf = (index: number, sales: readonly Sale[], buyers: readonly Actor[]): Wish => ({
  buyer: buyers[index % buyers.length] as Actor,
  sale: sales[index % sales.length] as Sale,
  number: 0,
});

async function rateOf(count: number, work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (count * 1_000) / (performance.now() - started);
}
