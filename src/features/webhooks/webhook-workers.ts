import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { within } from '../../core/database/within.js';
import { outsideOfRequest } from '../../core/http/request-context.js';
import { jobsConfig, type JobsConfig } from '../../core/jobs/jobs.config.js';
import { Shutdown } from '../../core/lifecycle/shutdown.js';
import { Metrics } from '../../core/metrics/metrics.js';
import { outgoingWebhooksConfig, type OutgoingWebhooksConfig } from './outgoing-webhooks.config.js';
import { WebhookAttempts } from './webhook-attempts.js';
import { Line } from './webhook-line.js';
import { type TakenDelivery, WebhookQueue } from './webhook-queue.js';
import { QUEUE_AGE } from './webhook-statements.js';

const AFTER_FAILURE_MS = 1_000;
/** What a process that stops still waits for; the rest is sent again by another. */
const DRAIN_MS = 3_000;

/**
 * Delivers, in two lines: those whose receiver takes long, or does not answer, have a quarter of the room, so that however
 * many they become they delay nobody else.
 */
@Injectable()
export class WebhookWorkers implements OnApplicationBootstrap {
  private readonly lines: Line<TakenDelivery>[];
  private age = 0;

  constructor(
    @Inject(outgoingWebhooksConfig.KEY) config: OutgoingWebhooksConfig,
    @Inject(jobsConfig.KEY) jobs: JobsConfig,
    private readonly dataSource: DataSource,
    private readonly queue: WebhookQueue,
    private readonly attempts: WebhookAttempts,
    private readonly shutdown: Shutdown,
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    logger.setContext(WebhookWorkers.name);
    // Who works on nothing delivers nothing either.
    const concurrency = jobs.concurrency === 0 ? 0 : config.concurrency;
    const forSlow = Math.ceil(concurrency / 4);
    this.lines =
      concurrency === 0 ? [] : [this.line(false, Math.max(1, concurrency - forSlow)), this.line(true, forSlow)];
    metrics.gauges('webhook_queue_oldest_seconds', 'How long webhooks wait that are due', 'queue', async () => [
      ['webhooks', await this.ageOfQueue()],
    ]);
  }

  onApplicationBootstrap(): void {
    const working = outsideOfRequest(() => this.lines.map((line) => line.run()));
    this.shutdown.register('workers', 'webhooks', async () => {
      for (const line of this.lines) line.stop();
      await Promise.all(working);
      await within(DRAIN_MS, this.attempts.whenDone()).catch(() => this.attempts.interrupt());
      await this.attempts.whenDone();
    });
  }

  /** Lets this process look for deliveries now; others do so within a second. */
  wake(): void {
    for (const line of this.lines) line.wake();
  }

  private line(slow: boolean, size: number): Line<TakenDelivery> {
    return new Line(size, {
      take: (most) => this.take(slow, most),
      do: (delivery) => this.attempts.make(delivery),
    });
  }

  private async take(slow: boolean, most: number): Promise<TakenDelivery[]> {
    try {
      return await this.queue.take(slow, most);
    } catch (err) {
      this.logger.warn({ err }, 'no webhooks can be taken');
      await sleep(AFTER_FAILURE_MS, undefined, { ref: false });
      return [];
    }
  }

  /** For a scrape, which must not wait for a database that is gone. */
  private async ageOfQueue(): Promise<number> {
    const read = outsideOfRequest(() => this.dataSource.query<[{ seconds: number }]>(QUEUE_AGE));
    this.age = await within(1_000, read).then(
      ([{ seconds }]) => seconds,
      () => this.age,
    );
    return this.age;
  }
}
