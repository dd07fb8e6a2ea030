import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { WebhookCalls } from './webhook-calls.js';
import { WebhookEndings } from './webhook-endings.js';
import { type TakenDelivery, WebhookQueue } from './webhook-queue.js';

/** The attempts that run in this process. */
@Injectable()
export class WebhookAttempts {
  private readonly running = new Set<Promise<void>>();
  private readonly interruption = new AbortController();

  constructor(
    private readonly calls: WebhookCalls,
    private readonly endings: WebhookEndings,
    private readonly queue: WebhookQueue,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(WebhookAttempts.name);
  }

  /** Sends what was taken. Resolves when that is over, however it ended. */
  async make(delivery: TakenDelivery): Promise<void> {
    const attempt = this.work(delivery).catch((err: unknown) => {
      // Its lease ends, and somebody tries again.
      this.logger.error({ err, deliveryId: delivery.id }, 'the end of a delivery could not be written down');
    });
    this.running.add(attempt);
    await attempt;
    this.running.delete(attempt);
  }

  async whenDone(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  /** Gives back what is not done: this process ends. */
  interrupt(): void {
    this.interruption.abort();
  }

  private async work(delivery: TakenDelivery): Promise<void> {
    const { signal } = this.interruption;
    const outcome = await this.calls.call(delivery, signal).catch((thrown: unknown) => {
      if (!signal.aborted) throw thrown;
    });
    await (outcome === undefined ? this.queue.giveBack(delivery) : this.endings.end(delivery, outcome));
  }
}
