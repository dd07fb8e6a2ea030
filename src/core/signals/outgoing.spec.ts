import { Outgoing } from './outgoing.js';
import type { Signal } from './signal-log.js';

const signal = (number: number, payload = ''): Signal => ({ sender: 'me', number, channel: 'test', payload });
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
const MEBIBYTE = 1_048_576;

/** Writes when it is told to. */
function setUp() {
  const writes: { numbers: number[]; done: () => void; fail: () => void }[] = [];
  const outgoing = new Outgoing((signals) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fail = () => reject(new Error('no'));
    writes.push({ numbers: signals.map(({ number }) => number), done: resolve, fail });
    return promise;
  });
  const write = async (index: number) => {
    while (writes[index] === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    return writes[index];
  };
  return { outgoing, writes, write };
}

describe('signals on their way out', () => {
  it('go together with all that came while others were written, at most so many', async () => {
    const { outgoing, write } = setUp();
    const sent = numbers(1_000).map((number) => outgoing.add(signal(number), 1_000));
    (await write(0)).done();
    (await write(1)).done();
    expect((await write(1)).numbers).toHaveLength(500);
    expect((await write(2)).numbers).toEqual(numbers(1_000).slice(501));
    (await write(2)).done();
    await Promise.all(sent);
  });

  it('go together up to a mebibyte', async () => {
    const { outgoing, write, writes } = setUp();
    const sizes = [1, MEBIBYTE, MEBIBYTE / 2, MEBIBYTE / 2, 1];
    const sent = sizes.map((size, n) => outgoing.add(signal(n + 1, 'x'.repeat(size)), 1_000));
    for (const n of numbers(4)) (await write(n - 1)).done();
    await Promise.all(sent);
    expect(writes.map(({ numbers: written }) => written)).toEqual([[1], [2], [3, 4], [5]]);
  });

  it('are written again, and nothing before them, if it failed', async () => {
    const { outgoing, write, writes } = setUp();
    const sent = numbers(3).map((number) => outgoing.add(signal(number), 5_000));
    (await write(0)).fail();
    (await write(1)).done();
    await Promise.all(sent);
    expect(writes.map(({ numbers: written }) => written)).toEqual([[1], [1, 2, 3]]);
  });

  it('are given up one by one when their time is over', async () => {
    const { outgoing, write } = setUp();
    const [patient, hasty] = [outgoing.add(signal(1), 5_000), outgoing.add(signal(2), 0)];
    (await write(0)).fail();
    await expect(hasty).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    (await write(1)).done();
    await patient;
  });

  it('are refused when too many wait, and taken again later', async () => {
    const { outgoing, write } = setUp();
    const sent = numbers(16).map((number) => outgoing.add(signal(number, 'x'.repeat(MEBIBYTE)), 5_000));
    await expect(outgoing.add(signal(17, 'x'), 5_000)).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    for (const n of numbers(16)) (await write(n - 1)).done();
    await Promise.all(sent);
    const another = outgoing.add(signal(18, 'x'), 5_000);
    (await write(16)).done();
    await another;
  });

  it('are tried once more at the end, and not again', async () => {
    const { outgoing, write } = setUp();
    const sent = outgoing.add(signal(1), 60_000);
    const settled = outgoing.settle();
    (await write(0)).fail();
    await expect(sent).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    await settled;
  });
});
