import { setImmediate as turn } from 'node:timers/promises';
import { inContext, RequestContext, currentRequest } from '../http/request-context.js';
import { Together } from './together.js';

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('what is sent together', () => {
  const sent: number[][] = [];
  const double = (items: readonly number[]) => {
    sent.push([...items]);
    if (items.includes(13)) return Promise.reject(new Error('thirteen'));
    return Promise.resolve(items.map((item) => item * 2));
  };
  beforeEach(() => sent.splice(0));

  it('is what comes in one turn of the event loop, and each gets its own answer', async () => {
    const together = new Together(double);
    expect(await Promise.all(range(5).map((item) => together.add(item)))).toEqual([0, 2, 4, 6, 8]);
    await turn();
    expect(await together.add(7)).toBe(14);
    expect(sent).toEqual([[0, 1, 2, 3, 4], [7]]);
  });

  it('is spoilt by one for that one alone', async () => {
    const together = new Together(double);
    const outcomes = await Promise.allSettled(range(20).map((item) => together.add(item)));
    expect(outcomes.map(({ status }, item) => (status === 'rejected' ? item : -1)).filter((item) => item >= 0)).toEqual(
      [13],
    );
    expect(outcomes[12]).toEqual({ status: 'fulfilled', value: 24 });
    expect(sent.at(-1)!.length).toBeLessThan(20);
    expect(sent).toContainEqual([13]);
  });

  it('is given up at once by all when there is no server', async () => {
    let asked = 0;
    const together = new Together<number, number>(() => {
      asked++;
      return Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }));
    });
    const outcomes = await Promise.allSettled(range(20).map((item) => together.add(item)));
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(asked).toBe(1);
  });

  it('is cut where it would be too much for one statement', async () => {
    const together = new Together((items: readonly number[]) => {
      sent.push([...items]);
      return Promise.resolve(items);
    });
    expect(await Promise.all(range(450).map((item) => together.add(item)))).toEqual(range(450));
    expect(sent.map(({ length }) => length)).toEqual([200, 200, 50]);
  });

  it('belongs to no request, and ends with none of them', async () => {
    let request: unknown = 'not asked';
    const together = new Together((items: readonly number[]) => {
      request = currentRequest();
      return Promise.resolve(items);
    });
    await inContext(new RequestContext('of-a-request'), () => together.add(1));
    expect(request).toBeUndefined();
  });
});
