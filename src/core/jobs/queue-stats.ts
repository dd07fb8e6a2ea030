import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { within } from '../database/within.js';
import { outsideOfRequest } from '../http/request-context.js';
import { Metrics } from '../metrics/metrics.js';
import { JobHandlers } from './job-handlers.js';
import { deadLettersOf } from './queues.js';

/** How much of a kind of background work there is. */
export interface QueueState {
  readonly name: string;
  readonly waiting: number;
  readonly running: number;
  /** Dead letters: what nobody could do */
  readonly dead: number;
  /** How long the oldest has waited that could have been done, in seconds */
  readonly oldestSeconds: number;
}

const STATES = `
  SELECT name, count(*) FILTER (WHERE state < 'active')::int AS waiting,
         count(*) FILTER (WHERE state = 'active')::int AS running,
         coalesce(extract(epoch FROM now() - min(start_after) FILTER (WHERE state < 'active' AND start_after <= now())), 0)::float
           AS "oldestSeconds"
    FROM pgboss.job WHERE state <= 'active' GROUP BY name`;

/** Looks at the queues, for operators and their Prometheus. */
@Injectable()
export class QueueStats implements OnApplicationBootstrap {
  private known: readonly QueueState[] = [];

  constructor(
    private readonly dataSource: DataSource,
    private readonly handlers: JobHandlers,
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    logger.setContext(QueueStats.name);
    const gauge = (name: string, help: string, of: (state: QueueState) => number) =>
      metrics.gauges(name, help, 'kind', async () =>
        (await this.current()).map((state) => [state.name, of(state)] as const),
      );
    gauge('job_queue_waiting', 'Background jobs that wait', ({ waiting }) => waiting);
    gauge('job_queue_dead', 'Background jobs that nobody could do', ({ dead }) => dead);
    gauge('job_queue_oldest_seconds', 'How long the oldest has waited', ({ oldestSeconds }) => oldestSeconds);
  }

  /** What waits and has no handler would wait for ever: a kind was renamed, or its module was cut. */
  async onApplicationBootstrap(): Promise<void> {
    const done = new Set(this.handlers.all().map(({ kind }) => kind.name));
    const stray = (await this.read()).filter(({ name, waiting }) => waiting > 0 && !done.has(name));
    for (const { name, waiting } of stray) {
      this.logger.error({ kind: name, waiting, alert: true }, 'jobs wait that nobody does');
    }
  }

  async read(): Promise<QueueState[]> {
    const rows = await outsideOfRequest(() => this.dataSource.query<QueueState[]>(STATES));
    const byName = new Map(rows.map((row) => [row.name, row]));
    const deadOf = (name: string) => byName.get(deadLettersOf(name))?.waiting ?? 0;
    const names = new Set([...this.handlers.all().map(({ kind }) => kind.name), ...byName.keys()]);
    return [...names]
      .filter((name) => !name.endsWith(deadLettersOf('')))
      .sort()
      .map((name) => ({ waiting: 0, running: 0, oldestSeconds: 0, ...byName.get(name), name, dead: deadOf(name) }));
  }

  /** For a scrape, which must not wait for a database that is gone: then it gets what was known last. */
  private async current(): Promise<readonly QueueState[]> {
    this.known = await within(1_000, this.read()).catch(() => this.known);
    return this.known;
  }
}
