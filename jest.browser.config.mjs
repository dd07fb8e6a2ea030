import shared from './jest.config.mjs';

/** What only a browser can tell. It needs Chromium, which not everybody has, so these are no part of `npm test`. */
export default {
  ...shared,
  testRegex: String.raw`\.browser-spec\.ts$`,
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 60_000,
};
