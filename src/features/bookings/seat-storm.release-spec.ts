import { CALM, stormOf } from './seat-storm.harness.js';

const SECONDS = 60;

describe('for a whole minute', () => {
  it('[R-60] many who want overlapping seats never wait for each other, and never have some of what they want', async () => {
    await expect(stormOf(SECONDS)).resolves.toEqual(CALM);
  });
});
