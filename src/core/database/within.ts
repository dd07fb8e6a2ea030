/** Something took longer than it may. */
export class TooLate extends Error {
  constructor(ms: number) {
    super(`timeout: there was no answer within ${ms} ms`);
  }
}

/**
 * Waits for so long. A timer that fires late, in a busy process, first lets it read what has come meanwhile.
 * A plain timer: one that is stopped through a signal would make an error with its stack each time.
 * @throws {TooLate}
 */
export function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(() => reject(new TooLate(ms))), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
