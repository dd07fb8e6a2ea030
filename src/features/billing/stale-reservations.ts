import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { Transactions } from '../../core/database/transactions.js';
import { Shutdown } from '../../core/lifecycle/shutdown.js';
import { Metrics } from '../../core/metrics/metrics.js';
import { CreditLedger } from './credit-ledger.js';
import { RELEASE, STALE } from './credit-statements.js';

const LOOK_EVERY_MS = 15_000;
const AT_ONCE = 50;

interface Stale {
  readonly organizationId: string;
  readonly reference: string;
}

/** Gives back what was reserved and neither captured nor released in time. Every instance looks; the row decides. */
@Injectable()
export class StaleReservations implements OnApplicationBootstrap {
  private readonly stopping = new AbortController();
  private readonly expired;

  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly ledger: CreditLedger,
    private readonly shutdown: Shutdown,
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    logger.setContext(StaleReservations.name);
    this.expired = metrics.counter(
      'credit_reservations_expired_total',
      'Reservations of credits that nobody has ended',
    );
  }

  onApplicationBootstrap(): void {
    const watching = this.watch();
    this.shutdown.register('schedulers', 'stale reservations', () => {
      this.stopping.abort();
      return watching;
    });
  }

  /** @returns how many it gave back */
  async releaseAll(): Promise<number> {
    let [total, found] = [0, AT_ONCE];
    for (let released = found; found === AT_ONCE && released > 0 && !this.stopping.signal.aborted; total += released) {
      const stale = await this.dataSource.query<Stale[]>(STALE, [AT_ONCE]);
      released = await this.releaseEach(stale);
      found = stale.length;
    }
    this.expired.inc(total);
    return total;
  }

  private async watch(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      // Not all instances at the same moment.
      await sleep(LOOK_EVERY_MS * (0.75 + Math.random() / 2), undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      await this.releaseAll().catch((err: unknown) =>
        this.logger.error({ err, alert: true }, 'reservations are stale'),
      );
    }
  }

  /** Each in a transaction of its own: one that has to wait, or cannot be released, keeps none of the others. */
  private async releaseEach(stale: readonly Stale[]): Promise<number> {
    let released = 0;
    for (const one of stale) {
      const moved = await this.release(one).catch((err: unknown) => {
        this.logger.error({ err, alert: true, ...one }, 'a stale reservation is not released');
        return false;
      });
      if (moved) released++;
    }
    return released;
  }

  private async release({ organizationId, reference }: Stale): Promise<boolean> {
    const moved = await this.transactions.run((tx) =>
      this.ledger.move(tx, { organizationId }, RELEASE, reference, 'expired'),
    );
    return moved.number !== undefined;
  }
}
