import { TestApp } from '../../../test/harness/app.js';
import { eventually } from '../../../test/harness/eventually.js';
import { Signals } from './signals.js';

const signalsOf = (test: TestApp) => test.app.get(Signals, { strict: false });

/** Everything that the application hears on the channel from now on. */
function hearing(test: TestApp, channel = 'test'): string[] {
  const heard: string[] = [];
  signalsOf(test).on(channel, (payload) => heard.push(payload));
  return heard;
}

describe('signals', () => {
  const twoInstances = async () => {
    const first = await TestApp.start();
    return [first, await TestApp.start({ databaseUrl: first.databaseUrl })] as const;
  };

  it('reach every instance, the sender too, once each and in the order of sending', async () => {
    const instances = await twoInstances();
    const heard = instances.map((one) => hearing(one));
    const told = instances.map((_, from) => Array.from({ length: 1_000 }, (__, n) => `${from} ${n}`));
    await Promise.all(instances.flatMap((one, n) => told[n]!.map((text) => signalsOf(one).send('test', text))));
    await eventually(() => Promise.resolve(heard.forEach((all) => expect(all).toHaveLength(2_000))));
    for (const all of heard) {
      for (const [from, texts] of told.entries()) {
        expect(all.filter((text) => text.startsWith(`${from} `))).toEqual(texts);
      }
    }
  });
});
