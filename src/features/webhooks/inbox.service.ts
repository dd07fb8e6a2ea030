import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { driverError, isConnectionFailure } from '../../core/database/database-errors.js';
import { Transactions } from '../../core/database/transactions.js';
import type { WebhookSource } from '../../core/webhook-sources/webhook-sources.js';
import { inboundConfig, type InboundConfig } from './inbound.config.js';
import type { InboxStatus } from './inbox-event.entity.js';
import { InboxFailures } from './inbox-failures.js';
import { InboxMetrics } from './inbox.metrics.js';
import { IGNORE, STATUS, TAKE } from './inbox-statements.js';
import { InboxStore, type ProviderEvent } from './inbox-store.js';

export type Outcome = 'processed' | 'ignored' | 'duplicate' | 'failed' | 'dead';

/** What came of an event. */
export interface Attempt {
  readonly outcome: Outcome;
  /** What was thrown, if it failed */
  readonly cause?: unknown;
}

const OPEN: readonly InboxStatus[] = ['received'];
const NOT_DONE: readonly InboxStatus[] = ['received', 'dead'];
const DUPLICATE: Attempt = { outcome: 'duplicate' };

/** Does once what each event asks for, however often it comes: at the same time, to another instance, after a crash. */
@Injectable()
export class Inbox {
  /** What this process works on now: the same event, come again meanwhile, has the same outcome and no connection. */
  private readonly running = new Map<string, Promise<Attempt>>();

  constructor(
    private readonly store: InboxStore,
    private readonly transactions: Transactions,
    private readonly dataSource: DataSource,
    private readonly failures: InboxFailures,
    private readonly metrics: InboxMetrics,
    @Inject(inboundConfig.KEY) private readonly config: InboundConfig,
  ) {}

  /** Stores an event, then processes it. @throws what has nothing to do with the event, such as a lost database */
  receive(source: WebhookSource, event: ProviderEvent): Promise<Attempt> {
    return this.alone(event, async () => {
      const isNew = await this.store.store(event);
      if (!isNew && (await this.isDone(event))) return DUPLICATE;
      return this.process(source, event, OPEN);
    });
  }

  /** Processes an event that was stored before and has not been finished. */
  retry(source: WebhookSource, event: ProviderEvent): Promise<Attempt> {
    return this.alone(event, () => this.process(source, event, OPEN));
  }

  /** The same, also if it was given up. */
  replay(source: WebhookSource, event: ProviderEvent): Promise<Attempt> {
    return this.alone(event, () => this.process(source, event, NOT_DONE), 'replay');
  }

  /** @param what else it is than what a provider asks for: the one may do what the other may not */
  private alone(event: ProviderEvent, work: () => Promise<Attempt>, what = ''): Promise<Attempt> {
    const key = JSON.stringify([event.provider, event.id, what]);
    const known = this.running.get(key);
    if (known !== undefined) return known;
    const attempt = this.counted(event, work).finally(() => this.running.delete(key));
    this.running.set(key, attempt);
    return attempt;
  }

  private async counted({ provider }: ProviderEvent, work: () => Promise<Attempt>): Promise<Attempt> {
    const attempt = await work();
    this.metrics.count(provider, attempt.outcome);
    return attempt;
  }

  /** Of what is done already no provider is asked anything. */
  private async isDone({ provider, id }: ProviderEvent): Promise<boolean> {
    const [row] = await this.dataSource.query<{ status: InboxStatus }[]>(STATUS, [provider, id]);
    return row !== undefined && !OPEN.includes(row.status);
  }

  private async process(source: WebhookSource, event: ProviderEvent, from: readonly InboxStatus[]): Promise<Attempt> {
    // To wait in vain for somebody else who has the row is no failure of the event.
    const progress = { waits: false };
    try {
      const prepared = await source.prepare?.(event);
      return { outcome: await this.apply(source, event, prepared, from, progress) };
    } catch (cause) {
      const lost = driverError(cause);
      if (progress.waits || (lost !== undefined && isConnectionFailure(lost))) throw cause;
      return { outcome: await this.failures.count(event, cause), cause };
    }
  }

  private apply(
    source: WebhookSource,
    event: ProviderEvent,
    prepared: unknown,
    from: readonly InboxStatus[],
    progress: { waits: boolean },
  ): Promise<Outcome> {
    const { provider, id } = event;
    return this.transactions.run(async (tx) => {
      progress.waits = true;
      const [, taken] = await tx.query<[object[], number]>(TAKE, [provider, id, this.config.keptDays, from]);
      progress.waits = false;
      if (taken === 0) return 'duplicate';
      if ((await source.handle(tx, event, prepared)) === 'handled') return 'processed';
      await tx.query(IGNORE, [provider, id]);
      return 'ignored';
    });
  }
}
