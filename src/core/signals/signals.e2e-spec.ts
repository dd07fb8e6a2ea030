import { setTimeout as sleep } from 'node:timers/promises';
import { TestApp } from '../../../test/harness/app.js';
import type { Environment } from '../../../test/harness/environment.js';
import { eventually } from '../../../test/harness/eventually.js';
import { STORES, storeSettings } from '../../../test/harness/redis.js';
import { listening, signalsOf } from '../../../test/harness/signals.js';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const hearing = (test: TestApp, channel?: string) => listening(test, channel).heard;

/** What every way of sending must do; another one is one more line of STORES. */
describe.each(STORES)('signals through %s', (store) => {
  let env: Environment;
  let instances: readonly [TestApp, TestApp];
  beforeAll(async () => {
    env = await storeSettings(store);
    const first = await TestApp.start({ env });
    instances = [first, await TestApp.start({ env, databaseUrl: first.databaseUrl })];
  });

  it('reach every instance, the sender too, once each and in the order of sending', async () => {
    const heard = instances.map((one) => hearing(one));
    const told = instances.map((_, from) => numbers(1_000).map((n) => `${from} ${n}`));
    await Promise.all(instances.flatMap((one, from) => told[from]!.map((text) => signalsOf(one).send('test', text))));
    await eventually(() => Promise.resolve(heard.forEach((all) => expect(all).toHaveLength(2_000))));
    await sleep(600);
    for (const all of heard) {
      expect(all).toHaveLength(2_000);
      for (const [from, texts] of told.entries()) {
        expect(all.filter((text) => text.startsWith(`${from} `))).toEqual(texts);
      }
    }
  });

  it('arrive within a second, one by one', async () => {
    const [sender, receiver] = instances;
    const heard = hearing(receiver, 'soon');
    const took: number[] = [];
    for (const n of numbers(11)) {
      const sentAt = performance.now();
      await signalsOf(sender).send('soon', String(n));
      await eventually(() => Promise.resolve(expect(heard).toHaveLength(n + 1)));
      took.push(performance.now() - sentAt);
    }
    expect(Math.max(...took)).toBeLessThan(1_000);
    // Whoever only looked now and then would take nearly half a second each time.
    expect(took.sort((a, b) => a - b)[5]).toBeLessThan(350);
  });

  it('carry whatever text of up to a mebibyte, several at once', async () => {
    const [sender, receiver] = instances;
    const heard = hearing(receiver, 'large');
    const texts = ['', '\u{1F985} "quoted" {braced} \\ \n,NULL', ...numbers(8).map((n) => String(n).repeat(1_048_576))];
    await Promise.all(texts.map((text) => signalsOf(sender).send('large', text)));
    await eventually(() => Promise.resolve(expect(heard).toHaveLength(texts.length)));
    expect(heard.every((text, n) => text === texts[n])).toBe(true);
    await expect(signalsOf(sender).send('large', 'x'.repeat(1_048_577))).rejects.toThrow('larger than 1 MiB');
    await expect(signalsOf(sender).send('large', 'a\0b')).rejects.toThrow('holds a NUL');
    await expect(signalsOf(sender).send('Large', 'text')).rejects.toThrow('no name of a channel');
  });

  it('reach each listener of their channel, also when one before it fails', async () => {
    const [sender, receiver] = instances;
    signalsOf(receiver).on('shared', () => {
      throw new Error('of one listener');
    });
    const heard = [hearing(receiver, 'shared'), hearing(receiver, 'shared'), hearing(receiver, 'another')];
    await signalsOf(sender).send('shared', 'text');
    await eventually(() => Promise.resolve(expect(heard).toEqual([['text'], ['text'], []])));
  });

  it('are told from now on to an instance that comes later', async () => {
    const [sender] = instances;
    await signalsOf(sender).send('late', 'before');
    const later = await TestApp.start({ env, databaseUrl: sender.databaseUrl });
    const heard = hearing(later, 'late');
    await eventually(() => Promise.resolve(expect(signalsOf(later).inSync).toBe(true)));
    await signalsOf(sender).send('late', 'after');
    await eventually(() => Promise.resolve(expect(heard).toEqual(['after'])));
  });
});
