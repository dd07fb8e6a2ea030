import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Lifeline } from './lifeline.js';

const EVERY_MS = 60_000;
const AT_ONCE = 1_000;
const BETWEEN_MS = 50;

/**
 * Empties stores whose rows live for seconds or minutes, all the time. What is kept for days is the business of
 * `core/retention`. Readers never rely on either: they look at `expires_at` themselves.
 */
@Injectable()
export class ExpiredRows implements OnApplicationBootstrap {
  private readonly tables = new Map<string, number>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly lifeline: Lifeline,
    private readonly shutdown: Shutdown,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(ExpiredRows.name);
  }

  /** @param atOnce fewer where rows are large: a statement of the lifeline has 250 ms */
  sweep(table: string, atOnce = AT_ONCE): void {
    this.tables.set(table, atOnce);
  }

  onApplicationBootstrap(): void {
    const running = this.run();
    this.shutdown.register('schedulers', 'sweep of expired rows', () => {
      this.stopping.abort();
      return running;
    });
  }

  /** In small pieces, and past the rows that somebody else has locked. @returns how many rows of the table went */
  async sweepOnce(table: string): Promise<number> {
    const atOnce = this.tables.get(table) ?? AT_ONCE;
    let total = 0;
    for (;;) {
      const rows = await this.lifeline.query(deletionOfExpired(table), [atOnce]);
      total += rows.length;
      if (rows.length < atOnce || this.stopping.signal.aborted) return total;
      // The lifeline has other things to do.
      await sleep(BETWEEN_MS, undefined, { ref: false });
    }
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      // Instances that were started together need not sweep together.
      await sleep(EVERY_MS * (0.5 + Math.random()), undefined, { signal, ref: false }).catch(() => undefined);
      for (const table of this.tables.keys()) {
        if (!signal.aborted)
          await this.sweepOnce(table).catch((err: unknown) => this.logger.warn({ err, table }, 'not swept'));
      }
    }
  }
}

/** The name of a table is no value, and cannot be a parameter. */
export function deletionOfExpired(table: string): string {
  return `DELETE FROM "${table}" WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM "${table}" WHERE expires_at <= now() LIMIT $1 FOR UPDATE SKIP LOCKED)) RETURNING true`;
}
