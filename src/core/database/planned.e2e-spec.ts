import { DataSource } from 'typeorm';
import { TestApp } from '../../../test/harness/app.js';
import { planned } from './planned.js';
import { Transactions } from './transactions.js';

const ADD = planned('SELECT $1::int + $2::int AS sum');
const PLANS = 'SELECT statement, name FROM pg_prepared_statements WHERE statement = $1';

describe('a planned statement', () => {
  let test: TestApp;
  beforeAll(async () => (test = await TestApp.start()));

  it('is planned once a connection, and asked with other values each time', async () => {
    await test.app.get(Transactions).run(async (tx) => {
      for (const n of [1, 2, 3]) expect(await tx.query(ADD, [n, 10])).toEqual([{ sum: n + 10 }]);
      expect(await tx.query(PLANS, [ADD])).toMatchObject([{ statement: ADD }]);
    });
  });

  it('is planned on whichever connection it comes', async () => {
    const source = test.app.get(DataSource);
    const sums = await Promise.all(Array.from({ length: 20 }, (_, n) => source.query<[{ sum: number }]>(ADD, [n, 1])));
    expect(sums.map(([{ sum }]) => sum)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  });

  it('fails as any other, and the connection is whole after it', async () => {
    const source = test.app.get(DataSource);
    await expect(source.query(ADD, ['none', 1])).rejects.toThrow('invalid input syntax');
    expect(await source.query(ADD, [2, 2])).toEqual([{ sum: 4 }]);
  });

  it('leaves others as they are', async () => {
    await test.app.get(Transactions).run(async (tx) => {
      const once = 'SELECT $1::int AS once';
      expect(await tx.query(once, [1])).toEqual([{ once: 1 }]);
      expect(await tx.query(PLANS, [once])).toEqual([]);
    });
  });
});
