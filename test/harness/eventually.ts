import { setTimeout as sleep } from 'node:timers/promises';

/** Tries until it holds, for at most ten seconds. @throws the last failure */
export async function eventually(holds: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      return await holds();
    } catch (failure) {
      if (Date.now() > deadline) throw failure;
      await sleep(50);
    }
  }
}
