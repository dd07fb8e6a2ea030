import { availableParallelism } from 'node:os';
import { orphanPatterns } from './scripts/needed-features.ts';

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testRegex: String.raw`spec\.ts$`,
  testPathIgnorePatterns: ['/node_modules/', String.raw`\.(release|browser)-spec\.ts$`, ...orphanPatterns()],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { [String.raw`\.ts$`]: '<rootDir>/test/transform.mjs' },
  setupFiles: ['<rootDir>/test/preload.mjs'],
  setupFilesAfterEnv: ['<rootDir>/test/after-each-file.ts'],
  globalSetup: '<rootDir>/test/global-setup.mjs',
  globalTeardown: '<rootDir>/test/global-teardown.mjs',
  coverageProvider: 'v8',
  testTimeout: 20_000,
  // Each starts several applications, on one server for all: beyond a few, or beyond the processors, they are only late.
  maxWorkers: Math.min(4, availableParallelism()),
  // Modules of a test file are never quite forgotten: a worker that has run a hundred of them collects garbage all the time.
  workerIdleMemoryLimit: '1GB',
};
