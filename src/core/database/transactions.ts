import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { ClientBase, PoolClient, QueryResult } from 'pg';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { afterCommitOf } from './after-commit.js';
import { outsideOfRequest } from '../http/request-context.js';
import { poolOf } from './pool-watch.js';
import { driverError, isConnectionFailure, isRetryable } from './database-errors.js';

export type Tx = EntityManager;

const MAX_RETRIES = 3;

/** Opens transactions: the only way to write more than one statement. */
@Injectable()
export class Transactions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(Transactions.name);
  }

  /**
   * Runs `work` in one transaction: commits what it returns, rolls back what it throws, and does it again, up to
   * three times, when the database says that this would help (40001, 40P01). So `work` touches nothing but `tx`:
   * no network call, no second connection, no state that a repetition would spoil. What must wait until it is true goes
   * through `afterCommit`.
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
    const { runner, client } = await this.begin();
    let lost: Error | undefined;
    const onLost = (error: Error) => (lost = error);
    client.once('error', onLost);
    try {
      // Also what throws before it returns a promise is an outcome: the transaction must not stay open behind it.
      const [outcome] = await Promise.allSettled([Promise.resolve(runner.manager).then(work)]);
      const result = await end(runner, client, outcome, () => poolOf(this.dataSource).discard(client));
      this.goOn(afterCommitOf(runner.manager));
      return result;
    } catch (thrown) {
      // TypeORM would only say that its runner was released, which was because of this.
      throw lost ?? thrown;
    } finally {
      client.removeListener('error', onLost);
      await runner.release();
    }
  }

  /** What follows does not delay the answer, and cannot take back what is committed. */
  private goOn(followers: readonly (() => unknown)[]): void {
    for (const follow of followers) {
      outsideOfRequest(() => Promise.resolve().then(follow)).catch((err: unknown) => {
        this.logger.error({ err }, 'what follows a commit failed');
      });
    }
  }

  /** A connection that lay idle may have ended meanwhile. Nothing was done on it yet, so another one will do. */
  private async begin(): Promise<{ runner: QueryRunner; client: PoolClient }> {
    for (let attempt = 0; ; attempt++) {
      const runner = this.dataSource.createQueryRunner();
      // Who gets none has waited as long as anybody may, and does not try again.
      const client = (await runner.connect()) as PoolClient;
      try {
        await runner.startTransaction();
        return { runner, client };
      } catch (thrown) {
        poolOf(this.dataSource).discard(client);
        await runner.release();
        const failure = driverError(thrown);
        if (attempt >= MAX_RETRIES || failure === undefined || !isConnectionFailure(failure)) throw thrown;
      }
    }
  }
}

/**
 * Commits or rolls back. First it takes the connection away from `work`: a promise that it forgot, or the rest of a
 * `Promise.all` of which one failed, would otherwise go on writing on it after the end, and into the next transaction.
 */
async function end<T>(
  runner: QueryRunner,
  client: ClientBase,
  outcome: PromiseSettledResult<T>,
  discard: () => void,
): Promise<T> {
  const send = client.query.bind(client) as (text: string) => Promise<QueryResult>;
  const refuse = () => Promise.reject(new Error('The transaction is over: await everything inside of it.'));
  runner.query = refuse;
  client.query = refuse;
  try {
    if (outcome.status === 'fulfilled') {
      await commit(send);
      return outcome.value;
    }
    // What cannot roll back must not go to the next one: the server rolls back when the connection ends.
    await send('ROLLBACK').catch(discard);
    throw outcome.reason;
  } finally {
    Reflect.deleteProperty(client, 'query');
  }
}

/** COMMIT after a statement that failed, and whose error was swallowed, succeeds and rolls back: its answer tells. */
async function commit(send: (text: string) => Promise<QueryResult>): Promise<void> {
  const { command } = await send('COMMIT');
  if (command !== 'COMMIT') {
    throw new Error('A failed statement was ignored inside a transaction: nothing of it was committed.');
  }
}
