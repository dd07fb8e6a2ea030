import { Injectable } from '@nestjs/common';
import type { ClientBase } from 'pg';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { isRetryable } from './database-errors.js';

export type Tx = EntityManager;

const MAX_RETRIES = 3;

/** Opens transactions: the only way to write more than one statement. */
@Injectable()
export class Transactions {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in one transaction: commits what it returns, rolls back what it throws, and does it again, up to
   * three times, when the database says that this would help (40001, 40P01). So `work` touches nothing but `tx`:
   * no network call, no second connection, no state that a repetition would spoil.
   */
  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.once(work);
      } catch (thrown) {
        if (attempt >= MAX_RETRIES || !isRetryable(thrown)) throw thrown;
      }
    }
  }

  private async once<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      const result = await work(runner.manager);
      await commit(runner);
      return result;
    } catch (thrown) {
      // A broken connection cannot roll back; the server does it when it notices.
      await runner.rollbackTransaction().catch(() => undefined);
      throw thrown;
    } finally {
      await runner.release();
    }
  }
}

/** COMMIT after a statement that failed, and whose error was swallowed, succeeds and rolls back: its answer tells. */
async function commit(runner: QueryRunner): Promise<void> {
  const client = (await runner.connect()) as ClientBase;
  const { command } = await client.query('COMMIT');
  if (command !== 'COMMIT') {
    throw new Error('A failed statement was ignored inside a transaction: nothing of it was committed.');
  }
}
