import fc from 'fast-check';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { TestApp } from '../../../test/harness/app.js';
import { SOAK_SECONDS } from '../../../test/harness/soak.js';
import { FakeDesk } from './fake-desk.harness.js';
import { SeatBox } from './seat-box.harness.js';
import { SeatWatch } from './seat-faults.harness.js';
import { deeds } from './seat-model.harness.js';

/** As many examples as there is time for. What fails names its seed. */
const AS_LONG = { numRuns: 100_000, interruptAfterTimeLimit: SOAK_SECONDS * 2_000 };
const LIMIT_MS = 90_000 + SOAK_SECONDS * 4_000;

describe('sold, held and free seats', () => {
  let test: TestApp;
  let desk: FakeDesk;
  let buyers: ApiClient[];
  let watch: SeatWatch;
  let done: number;
  beforeAll(async () => {
    test = await TestApp.start();
    desk = new FakeDesk(test);
    watch = await SeatWatch.over(test);
    buyers = [];
    for (let count = 0; count < 3; count++) buyers.push((await test.actor('viewer')).api);
  });

  beforeEach(() => {
    done = 0;
  });
  afterEach(() => {
    process.stderr.write(`${done} deeds\n`);
    // Else nothing was proven.
    expect(done).toBeGreaterThan(SOAK_SECONDS);
  });

  it(
    '[R-60] are as many as there are after whatever anybody does, and nobody is told anything else',
    async () => {
      const property = fc.asyncProperty(deeds, async (story) => {
        const box = await SeatBox.open(test, desk, buyers);
        for (const deed of story) {
          await box.do(deed);
          done++;
          expect(await watch.look()).toEqual([]);
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
          for (const deed of story) {
            await box.do(deed, false);
            done++;
          }
        };
        const { faults } = await watch.during(() => Promise.all(stories.map(tell)));
        expect(faults).toEqual([]);
        expect(await watch.look()).toEqual([]);
      });
      await fc.assert(property, AS_LONG);
    },
    LIMIT_MS,
  );
});
