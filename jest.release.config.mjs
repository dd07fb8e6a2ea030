import shared from './jest.config.mjs';

/** What a release must hold beside the tests: it installs packages, so it needs the registry, and more time. */
export default {
  ...shared,
  testRegex: String.raw`\.release-spec\.ts$`,
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 300_000,
};
