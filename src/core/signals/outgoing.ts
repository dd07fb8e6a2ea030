import { setTimeout as sleep } from 'node:timers/promises';
import { DependencyUnavailable } from '../errors/core.errors.js';
import { outsideOfRequest } from '../http/request-context.js';
import type { Signal } from './signal-log.js';

const MOST_AT_ONCE = 500;
const MOST_BYTES_AT_ONCE = 1_048_576;
const MOST_BYTES_WAITING = 16 * 1_048_576;
const RETRY_MS = 100;

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
  private waiting: Waiting[] = [];
  private bytesWaiting = 0;
  private sending?: Promise<void>;
  private ending = false;

  constructor(private readonly write: (signals: readonly Signal[]) => Promise<void>) {}

  /** @throws {DependencyUnavailable} if it could not be written for so long, or too many wait */
  add(signal: Signal, patienceMs: number): Promise<void> {
    const bytes = Buffer.byteLength(signal.payload);
    if (this.bytesWaiting + bytes > MOST_BYTES_WAITING) {
      return Promise.reject(new DependencyUnavailable(new Error('too many signals wait')));
    }
    this.bytesWaiting += bytes;
    return new Promise((resolve, reject) => {
      this.waiting.push({ signal, bytes, giveUpAt: performance.now() + patienceMs, resolve, reject });
      this.sending ??= outsideOfRequest(() => this.send());
    });
  }

  /** Until everything is written, or cannot be. */
  async settle(): Promise<void> {
    this.ending = true;
    await this.sending;
  }

  private async send(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.nextBatch();
      try {
        await this.write(batch.map(({ signal }) => signal));
        for (const { resolve } of this.free(this.waiting.splice(0, batch.length))) resolve();
      } catch (thrown) {
        this.giveUp(thrown);
        await sleep(RETRY_MS);
      }
    }
    this.sending = undefined;
  }

  private nextBatch(): Waiting[] {
    let bytes = 0;
    const end = this.waiting.findIndex((one, index) => (bytes += one.bytes) > MOST_BYTES_AT_ONCE && index > 0);
    return this.waiting.slice(0, Math.min(end === -1 ? Infinity : end, MOST_AT_ONCE));
  }

  private giveUp(thrown: unknown): void {
    const now = this.ending ? Infinity : performance.now();
    const late = this.waiting.filter(({ giveUpAt }) => giveUpAt <= now);
    this.waiting = this.waiting.filter(({ giveUpAt }) => giveUpAt > now);
    const error = new DependencyUnavailable(thrown);
    for (const { reject } of this.free(late)) reject(error);
  }

  private free(gone: readonly Waiting[]): readonly Waiting[] {
    for (const { bytes } of gone) this.bytesWaiting -= bytes;
    return gone;
  }
}
