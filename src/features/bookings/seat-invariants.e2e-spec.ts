import fc from 'fast-check';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { SOAK_SECONDS } from '../../../test/harness/soak.js';
import { FakeDesk } from './fake-desk.harness.js';
import { SeatBox } from './seat-box.harness.js';
import { seatFaults, watchingSeats } from './seat-faults.harness.js';
import { deeds } from './seat-model.harness.js';

/** As many examples as there is time for. What fails names its seed. */
const AS_LONG = { numRuns: 100_000, interruptAfterTimeLimit: SOAK_SECONDS * 2_000 };
const LIMIT_MS = 90_000 + SOAK_SECONDS * 4_000;

describe('sold, held and free seats', () => {
  let test: TestApp;
  let desk: FakeDesk;
  let buyers: ApiClient[];
  beforeAll(async () => {
    test = await TestApp.start();
    desk = new FakeDesk(test);
    buyers = [];
    for (let count = 0; count < 3; count++) buyers.push((await test.actor('viewer')).api);
  });

  it(
    '[R-60] are as many as there are after whatever anybody does, and nobody is told anything else',
    async () => {
      const property = fc.asyncProperty(deeds, async (story) => {
        const box = await SeatBox.open(test, desk, buyers);
        for (const deed of story) {
          await box.do(deed);
          expect(await seatFaults(test)).toEqual([]);
          const { said, expected } = await box.left();
          expect(said).toEqual(expected);
        }
      });
      await fc.assert(property, AS_LONG);
    },
    LIMIT_MS,
  );

  it(
    '[R-60] are as many as there are at every moment, while several do things at once',
    async () => {
      const property = fc.asyncProperty(deeds, deeds, deeds, async (...stories) => {
        const box = await SeatBox.open(test, desk, buyers);
        const tell = async (story: (typeof stories)[number]) => {
          for (const deed of story) await box.do(deed, false);
        };
        const { faults } = await watchingSeats(test, () => Promise.all(stories.map(tell)));
        expect(faults).toEqual([]);
        expect(await seatFaults(test)).toEqual([]);
      });
      await fc.assert(property, AS_LONG);
    },
    LIMIT_MS,
  );
});
