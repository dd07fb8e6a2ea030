import { setTimeout as sleep } from 'node:timers/promises';
import { Signals } from '../../src/core/signals/signals.js';
import type { TestApp } from './app.js';
import { eventually } from './eventually.js';

export const signalsOf = (test: TestApp) => test.app.get(Signals, { strict: false });

/** What the application hears on the channel from now on, and how often it has to forget everything. */
export function listening(test: TestApp, channel = 'test') {
  const ear = { heard: [] as string[], gaps: 0 };
  signalsOf(test).on(channel, (payload) => ear.heard.push(payload));
  signalsOf(test).onGap(() => ear.gaps++);
  return ear;
}

export const becomes = (inSync: boolean, ...tests: readonly TestApp[]) =>
  eventually(() => Promise.resolve(tests.forEach((test) => expect(signalsOf(test).inSync).toBe(inSync))));

/** Sends one after the other, until it is told to stop. */
export function keepSending(test: TestApp): () => Promise<{ told: string[]; refused: number }> {
  const [told, stopping] = [[] as string[], new AbortController()];
  let refused = 0;
  const sending = (async () => {
    for (let n = 0; !stopping.signal.aborted; n++) {
      const text = `load ${n}`;
      await signalsOf(test)
        .send('test', text)
        .then(
          () => told.push(text),
          () => refused++,
        );
      await sleep(5);
    }
  })();
  return async () => {
    stopping.abort();
    await sending;
    return { told, refused };
  };
}
