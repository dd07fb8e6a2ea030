import { setTimeout as sleep } from 'node:timers/promises';

/** Tries until it holds, by default for ten seconds. @throws the last failure */
export async function eventually(holds: () => Promise<void>, withinMs = 10_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await holds();
    } catch (failure) {
      if (Date.now() > deadline) throw failure;
      await sleep(50);
    }
  }
}
