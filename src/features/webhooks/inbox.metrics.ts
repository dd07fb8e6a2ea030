import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { within } from '../../core/database/within.js';
import { outsideOfRequest } from '../../core/http/request-context.js';
import { Metrics } from '../../core/metrics/metrics.js';
import { OLDEST } from './inbox-statements.js';

const ANSWERS_WITHIN_MS = 1_000;

/** How the inbox does, for operators and their Prometheus. */
@Injectable()
export class InboxMetrics {
  private readonly events;
  private oldest: (readonly [string, number])[] = [];

  constructor(
    private readonly dataSource: DataSource,
    metrics: Metrics,
  ) {
    this.events = metrics.counter('webhook_inbox_events_total', 'Events of providers by what came of them', [
      'provider',
      'outcome',
    ]);
    metrics.gauges('webhook_inbox_oldest_seconds', 'Age of the oldest event that is not processed', 'provider', () =>
      this.readOldest(),
    );
  }

  /** @param provider one that is registered, never a text of the path */
  count(provider: string, outcome: string): void {
    this.events.inc({ provider, outcome });
  }

  /** For a scrape, which must not wait for a database that is gone: then it gets what was known last. */
  private async readOldest(): Promise<(readonly [string, number])[]> {
    const asked = outsideOfRequest(() =>
      this.dataSource.query<{ provider: string; seconds: number }[]>(OLDEST).then((rows) => {
        this.oldest = rows.map(({ provider, seconds }) => [provider, seconds]);
      }),
    );
    await within(ANSWERS_WITHIN_MS, asked).catch(() => undefined);
    return this.oldest;
  }
}
