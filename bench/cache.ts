import { type Measurement, median } from './measurement.ts';
import { classOf, people, startApp, type Transactions, type Tx } from './platform-app.ts';

const IN_ONE = 100;

interface Caches {
  define(name: string, options: object): { get<T>(tenant: object, key: string, load: () => Promise<T>): Promise<T> };
}

interface Users {
  get(tx: Tx, id: string): Promise<object>;
}

export const cache: Measurement = {
  title: 'A cached read against the statement that it saves',
  pinned: false,
  async run({ quick }) {
    const app = await startApp([]);
    const transactions = app.get<Transactions>(await classOf('src/core/database/transactions.js', 'Transactions'));
    const users = app.get<Users>(await classOf('src/core/identity/users.service.js', 'UsersService'));
    const { DataSource } = await import('typeorm');
    const { manager } = app.get<{ manager: Tx }>(DataSource);
    const cached = app
      .get<Caches>(await classOf('src/core/cache/caches.js', 'Caches'))
      .define('bench', { ttlSeconds: 60 });
    const [actor] = await people(transactions, 1);
    if (actor === undefined) throw new Error('there is nobody');
    const read = () => users.get(manager, actor.userId);
    const times: Record<'cached' | 'uncached', number[]> = { cached: [], uncached: [] };
    for (let round = 0; round < (quick ? 20 : 200); round++) {
      times.uncached.push(await timeOf(read));
      times.cached.push(await timeOf(() => cached.get(actor, actor.userId, read)));
    }
    const [fast, slow] = [median(times.cached), median(times.uncached)];
    return {
      raw: { microseconds: times },
      findings: [
        { what: 'a read by primary key', value: slow, unit: 'µs' },
        { what: 'the same from the cache', value: fast, unit: 'µs' },
        { what: 'the cache is', value: slow / fast, unit: 'times as fast' },
      ],
    };
  },
};

/** @returns microseconds of one */
async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  for (let count = 0; count < IN_ONE; count++) await work();
  return ((performance.now() - started) * 1_000) / IN_ONE;
}
