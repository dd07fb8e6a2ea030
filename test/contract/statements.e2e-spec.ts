import { DataSource } from 'typeorm';
import { TestApp } from '../harness/app.js';
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
});
