import { setTimeout as sleep } from 'node:timers/promises';
import { DependencyUnavailable } from '../errors/core.errors.js';
import { outsideOfRequest } from '../http/request-context.js';
import type { Signal } from './signal-log.js';

const MOST_AT_ONCE = 500;
const MOST_BYTES_AT_ONCE = 1_048_576;
const MOST_BYTES_WAITING = 16 * 1_048_576;
const RETRY_MS = 100;
const PATIENCE_MS = 5_000;

interface Waiting {
  readonly signal: Signal;
  readonly bytes: number;
  readonly giveUpAt: number;
  readonly resolve: () => void;
  readonly reject: (thrown: unknown) => void;
}

/**
 * Signals on their way out. Those that come while a statement is under way are sent together in the next one; one that
 * fails is repeated before anything behind it, so the order stays.
 */
export class Outgoing {
  private readonly waiting: Waiting[] = [];
  private bytesWaiting = 0;
  private sending?: Promise<void>;

  constructor(private readonly write: (signals: readonly Signal[]) => Promise<void>) {}

  /** @throws {DependencyUnavailable} if it could not be written for five seconds, or too many wait */
  add(signal: Signal): Promise<void> {
    const bytes = Buffer.byteLength(signal.payload);
    if (this.bytesWaiting + bytes > MOST_BYTES_WAITING) {
      return Promise.reject(new DependencyUnavailable(new Error('too many signals wait')));
    }
    this.bytesWaiting += bytes;
    return new Promise((resolve, reject) => {
      this.waiting.push({ signal, bytes, giveUpAt: performance.now() + PATIENCE_MS, resolve, reject });
      this.sending ??= outsideOfRequest(() => this.send());
    });
  }

  /** Until everything is written or given up. */
  async settle(): Promise<void> {
    await this.sending;
  }

  private async send(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.nextBatch();
      try {
        await this.write(batch.map(({ signal }) => signal));
        this.take(batch.length).forEach(({ resolve }) => resolve());
      } catch (thrown) {
        this.giveUp(thrown);
        await sleep(RETRY_MS);
      }
    }
    this.sending = undefined;
  }

  private nextBatch(): Waiting[] {
    let bytes = 0;
    const end = this.waiting.findIndex((one, index) => index > 0 && (bytes += one.bytes) > MOST_BYTES_AT_ONCE);
    return this.waiting.slice(0, Math.min(end === -1 ? Infinity : end, MOST_AT_ONCE));
  }

  private giveUp(thrown: unknown): void {
    const now = performance.now();
    const late = this.waiting.findIndex(({ giveUpAt }) => giveUpAt > now);
    const error = new DependencyUnavailable(thrown);
    this.take(late === -1 ? this.waiting.length : late).forEach(({ reject }) => reject(error));
  }

  private take(count: number): Waiting[] {
    const taken = this.waiting.splice(0, count);
    for (const { bytes } of taken) this.bytesWaiting -= bytes;
    return taken;
  }
}
