import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { outsideOfRequest } from '../http/request-context.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Metrics } from '../metrics/metrics.js';
import { type Hear, Listeners } from './listeners.js';
import { Outgoing } from './outgoing.js';
import { SignalLog } from './signal-log.js';

/** Two looks that found nothing out. */
const OUT_OF_SYNC_MS = 1_000;
const PATIENCE_MS = 5_000;
const MOST_BYTES = 1_048_576;
const CHANNEL = /^[a-z][a-z0-9._-]{0,99}$/;

/** How instances tell each other something within a second. What is said is lost with whoever was not there. */
@Injectable()
export class Signals implements OnApplicationBootstrap {
  private readonly sender = randomUUID();
  private sent = 0;
  private readonly outgoing: Outgoing;
  private readonly listeners: Listeners;
  private readonly gaps;
  private completeAt = -Infinity;
  private completeSince = -Infinity;
  private lost = false;
  private stopping = false;

  constructor(
    private readonly log: SignalLog,
    private readonly shutdown: Shutdown,
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    logger.setContext(Signals.name);
    this.outgoing = new Outgoing((signals) => log.append(signals));
    this.listeners = new Listeners(logger);
    this.gaps = metrics.counter('signals_gaps_total', 'How often signals were lost, and what was remembered with them');
    metrics.gauge(
      'signals_in_sync',
      'Whether this instance has heard all signals (1) or may have missed some (0)',
      () => (this.inSync ? 1 : 0),
    );
  }

  /** False while this instance may have missed something: then nothing remembered may be trusted. */
  get inSync(): boolean {
    return performance.now() - this.completeAt <= OUT_OF_SYNC_MS;
  }

  /**
   * Since when it has not missed anything, on the clock of `performance.now()`; undefined while it may have. What was
   * remembered before that is not worth much, even if what was missed is caught up: who changed it may still be trying
   * to tell.
   */
  get inSyncSince(): number | undefined {
    return this.inSync ? this.completeSince : undefined;
  }

  /** Before the port opens. Who does not succeed begins out of step. */
  async onApplicationBootstrap(): Promise<void> {
    await this.look();
    const watching = outsideOfRequest(() => this.watch());
    this.shutdown.register('schedulers', 'signals', async () => {
      this.stopping = true;
      this.log.wake();
      await Promise.all([watching, this.outgoing.settle()]);
    });
  }

  /**
   * Tells every instance, this one too, in the order of sending. After a commit, never inside a transaction.
   * @param channel in small letters
   * @param payload at most 1 MiB, without NUL
   * @param patienceMs how long to go on trying
   * @throws {DependencyUnavailable} if nobody could be told for so long
   */
  async send(channel: string, payload: string, patienceMs = PATIENCE_MS): Promise<void> {
    if (!CHANNEL.test(channel)) throw new RangeError(`${channel} is no name of a channel.`);
    if (Buffer.byteLength(payload) > MOST_BYTES) throw new RangeError(`A signal on ${channel} is larger than 1 MiB.`);
    if (payload.includes('\0')) throw new RangeError(`A signal on ${channel} holds a NUL.`);
    await this.outgoing.add({ sender: this.sender, number: ++this.sent, channel, payload }, patienceMs);
  }

  /** Registered in onModuleInit. Several listeners a channel are fine; one that throws is logged and harms nobody. */
  on(channel: string, hear: Hear): void {
    this.listeners.on(channel, hear);
  }

  /** Called whenever what was missed cannot be caught up: forget everything. */
  onGap(listener: () => void): void {
    this.listeners.onGap(listener);
  }

  private async watch(): Promise<void> {
    while (!this.stopping) await this.look();
  }

  private async look(): Promise<void> {
    try {
      const { signals, completeAt, gap } = await this.log.read();
      const beganLate = this.lost && this.completeAt === -Infinity;
      if (gap || beganLate) this.forget();
      for (const signal of signals) this.listeners.hear(signal);
      if (completeAt !== undefined) this.complete(completeAt);
      if (this.lost) this.logger.info('signals are heard again');
      this.lost = false;
    } catch (err) {
      if (!this.lost) this.logger.warn({ err }, 'signals are not heard');
      this.lost = true;
    }
  }

  private complete(at: number): void {
    if (!this.inSync) this.completeSince = performance.now();
    this.completeAt = at;
  }

  private forget(): void {
    this.gaps.inc();
    this.logger.warn('signals were lost');
    this.listeners.forget();
  }
}
