import type { Db } from 'pg-boss';
import type { DataSource, QueryRunner } from 'typeorm';
import { poolOf } from '../database/pool-watch.js';
import type { Tx } from '../database/transactions.js';
import { outsideOfRequest } from '../http/request-context.js';

interface Structured {
  readonly records?: unknown[];
}

/** pg-boss on the one pool. What a queue does in the background is not part of any request. */
export function onPool(dataSource: DataSource): Db {
  return {
    executeSql: (text, values = []) => outsideOfRequest(() => poolOf(dataSource).query(text, values)),
  };
}

/** pg-boss in the transaction of somebody: what it writes is there if and only if the rest is. */
export function inTransaction(tx: Tx): Db {
  const { queryRunner } = tx as { queryRunner?: QueryRunner };
  if (queryRunner === undefined) throw new Error('A job is enqueued in a transaction: pass its tx.');
  return {
    async executeSql(text, values = []) {
      // Without structure TypeORM answers an UPDATE with a pair, and anything else with rows.
      const { records = [] } = (await queryRunner.query(text, values, true)) as Structured;
      return { rows: records };
    },
  };
}
