import { Injectable } from '@nestjs/common';
import { IdempotencyInProgress } from './idempotency.errors.js';

/** How many may wait for one key; whoever comes then is refused at once. */
const MAX_WAITING = 64;

/**
 * Lets one caller at a time work on a key. Those who wait hold no connection, as they would if only the lock of the
 * row decided: a few twins of a slow request would take the whole pool away from everybody else.
 */
@Injectable()
export class WaitingLines {
  /** Who waits for each key that somebody works on. */
  private readonly lines = new Map<string, (() => void)[]>();

  /** @throws {IdempotencyInProgress} if it is not the caller's turn within `patienceMs` */
  async inTurn<T>(key: string, patienceMs: number, work: () => Promise<T>): Promise<T> {
    await this.turn(key, patienceMs);
    try {
      return await work();
    } finally {
      this.next(key);
    }
  }

  /** How many keys somebody works on. */
  get size(): number {
    return this.lines.size;
  }

  private async turn(key: string, patienceMs: number): Promise<void> {
    const line = this.lines.get(key);
    if (line === undefined) return void this.lines.set(key, []);
    if (line.length >= MAX_WAITING) throw new IdempotencyInProgress();
    await new Promise<void>((resolve, reject) => {
      const call = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        line.splice(line.indexOf(call), 1);
        reject(new IdempotencyInProgress());
      }, patienceMs);
      line.push(call);
    });
  }

  private next(key: string): void {
    const call = this.lines.get(key)?.shift();
    if (call === undefined) this.lines.delete(key);
    else call();
  }
}
