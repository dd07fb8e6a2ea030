import shared from './jest.config.mjs';
import { orphanPatterns } from './scripts/needed-features.ts';

/** What only a browser can tell. It needs Chromium, which not everybody has, so these are no part of `npm test`. */
export default {
  ...shared,
  testRegex: String.raw`\.browser-spec\.ts$`,
  testPathIgnorePatterns: ['/node_modules/', ...orphanPatterns()],
  testTimeout: 60_000,
};
