type Cleanup = () => Promise<unknown>;

const cleanups: Cleanup[] = [];

/** Remembers how to end what a test started, so that a test that fails leaves nothing running. */
export function atTheEnd<T>(started: T, cleanup: Cleanup): T {
  cleanups.push(cleanup);
  return started;
}

/** Runs after the last test of each file. */
export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}
