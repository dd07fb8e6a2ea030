import { randomUUID } from 'node:crypto';
import { TestApp } from '../../../test/harness/app.js';
import { statementsOf } from '../../../test/harness/statements.js';
import { concert, hold, holdStanding, once, published, type Sale } from './box-office.harness.js';
import { SeatLooks } from './seat-looks.js';
import { LOOK } from './seat-statements.js';

describe('a look at wanted seats', () => {
  let test: TestApp;
  let sale: Sale;
  beforeAll(async () => {
    test = await TestApp.start();
    sale = await published(test);
    const { api } = await test.actor();
    expect(await hold(api, sale, ['A1'])).toMatchObject({ status: 201 });
    expect(await holdStanding(api, sale, 5)).toMatchObject({ status: 201 });
  });

  it('refuses who comes too late before anything is written, with a label or without', async () => {
    const { api } = await test.actor();
    const late = [
      [() => hold(api, sale, ['A2', 'A1']), 'SEAT_TAKEN'],
      [() => holdStanding(api, sale, 1), 'SOLD_OUT'],
    ] as const;
    for (const [ask, code] of late) {
      const statements = await statementsOf(test, async () =>
        expect(await ask()).toMatchObject({ status: 409, body: { code } }),
      );
      expect(statements.map(({ text }) => text)).toContain(LOOK);
      expect(statements.filter(({ text }) => /\b(?:TRANSACTION|INTO seat)/.test(text))).toEqual([]);
    }
  });

  it('is one statement for all who look at the same moment, and tells each what they asked', async () => {
    const { actor } = await test.actor();
    const { body: draft } = await once(sale.organizer).post('/v1/events', concert());
    const [looks, other] = [test.app.get(SeatLooks), await published(test)];
    const seats = (of: Sale, ...labels: string[]) => labels.map((label) => ({ seatTypeId: of.types.VIP ?? '', label }));
    const sent = await statementsOf(test, async () => {
      const seen = await Promise.allSettled([
        looks.demand(actor, sale.id, seats(sale, 'A2', 'A3')),
        looks.demand(actor, sale.id, seats(sale, 'A2', 'A1')),
        looks.demand(actor, other.id, seats(other, 'A1')),
        looks.demand(actor, other.id, seats(sale, 'A2')),
        looks.demand(actor, randomUUID(), seats(sale, 'A2')),
        looks.demand(actor, String(draft.id), seats(sale, 'A2')),
      ]);
      const codes = seen.map((one) => (one.status === 'rejected' ? (one.reason as { code: string }).code : undefined));
      expect(codes).toEqual([undefined, 'SEAT_TAKEN', undefined, 'VALIDATION_FAILED', 'NOT_FOUND', 'NOT_FOUND']);
    });
    expect(sent.filter(({ text }) => text === LOOK)).toHaveLength(1);
  });
});
