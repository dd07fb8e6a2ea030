import { inspect } from 'node:util';

type Cleanup = () => Promise<unknown>;

const LONG_MS = 20_000;
const cleanups: [started: unknown, cleanup: Cleanup][] = [];

/** Remembers how to end what a test started, so that a test that fails leaves nothing running. */
export function atTheEnd<T>(started: T, cleanup: Cleanup): T {
  cleanups.push([started, cleanup]);
  return started;
}

/** Runs after the last test of each file. What takes long is named: whoever waits would not know for what. */
export async function cleanUp(): Promise<void> {
  for (const [started, cleanup] of cleanups.splice(0).reverse()) {
    const warning = setTimeout(() => process.stderr.write(`Ends slowly: ${inspect(started, { depth: 0 })}\n`), LONG_MS);
    await cleanup().finally(() => clearTimeout(warning));
  }
}
