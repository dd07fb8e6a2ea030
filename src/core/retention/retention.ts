import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { deletionOfExpired } from '../database/expired-rows.js';
import { Metrics } from '../metrics/metrics.js';

const AT_ONCE = 1_000;

/** Deletes what nobody needs any more, from tables with a column `expires_at`. Readers never rely on it. */
@Injectable()
export class Retention {
  private readonly tables = new Set<string>();
  private readonly deleted;
  private readonly failures;

  constructor(
    private readonly dataSource: DataSource,
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    logger.setContext(Retention.name);
    this.deleted = metrics.counter('cleanup_deleted_total', 'Rows that had expired, by table', ['table']);
    this.failures = metrics.counter('cleanup_failures_total', 'Tables that could not be cleaned up', ['table']);
  }

  /** Lets rows of the table go when their `expires_at` is over, which wants an index. */
  expire(table: string): void {
    this.tables.add(table);
  }

  /** All tables, one after the other: one that cannot be cleaned keeps none of the others. */
  async sweepAll(signal?: AbortSignal): Promise<void> {
    for (const table of this.tables) {
      if (signal?.aborted) return;
      await this.sweep(table, signal).catch((err: unknown) => {
        this.failures.inc({ table });
        this.logger.error({ err, table, alert: true }, 'expired rows are not deleted');
      });
    }
  }

  /** In small pieces, and past the rows that somebody else has locked. @returns how many rows of the table went */
  async sweep(table: string, signal?: AbortSignal): Promise<number> {
    for (let total = 0; ;) {
      const [, count] = await this.dataSource.query<[unknown, number]>(deletionOfExpired(table), [AT_ONCE]);
      this.deleted.inc({ table }, count);
      total += count;
      if (count < AT_ONCE || signal?.aborted) return total;
    }
  }
}
