type Work = () => Promise<void> | void;

const pending: Work[] = [];

/** Has this done at the end, however the bench ends; the newest first. */
export function atTheEnd(work: Work): void {
  pending.push(work);
}

/** Does what was left for the end; one failure keeps nothing else from being done. */
export async function cleanUp(): Promise<void> {
  for (let work = pending.pop(); work !== undefined; work = pending.pop()) {
    try {
      await work();
    } catch (thrown) {
      process.exitCode = 1;
      console.error(thrown);
    }
  }
}

/** Ctrl-C cleans up too. */
export function cleanUpOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void cleanUp().finally(() => process.exit(130)));
  }
}
