import { DataSource } from 'typeorm';
import { TestApp } from '../harness/app.js';
import { sql } from '../harness/database.js';
import { ListRoutesModule } from '../harness/list.controller.js';
import { ENTRIES } from '../harness/list.entity.js';
import { statementsOf } from '../harness/statements.js';

describe('every statement', () => {
  it('is counted with its transactions, however it is sent', async () => {
    const test = await TestApp.start();
    const dataSource = test.app.get(DataSource);
    const sent = await statementsOf(test, async () => {
      await dataSource.query('SELECT 1');
      await dataSource.transaction((tx) => tx.query('SELECT $1::int', [2]));
      await dataSource.transaction((tx) => tx.query('SELECT 3'));
    });
    expect(sent.map(({ text }) => text.split(' ')[0])).toEqual([
      'SELECT',
      'START',
      'SELECT',
      'COMMIT',
      'START',
      'SELECT',
      'COMMIT',
    ]);
  });

  it('is counted for what leads to it, be that a request, and not for its moment', async () => {
    const test = await TestApp.start({ modules: [ListRoutesModule] });
    await sql(test.databaseUrl, ENTRIES);
    const { api } = await test.actor();
    const { promise: moment, resolve: come } = Promise.withResolvers<void>();
    const byTheClock = moment.then(() => test.app.get(DataSource).query('SELECT 1'));
    const sent = await statementsOf(test, async () => {
      come();
      await byTheClock;
      await api.get('/v1/test/entries');
    });
    expect(sent.map(({ text }) => text)).toEqual([expect.stringContaining('FROM "test_entries"')]);
  });
});
