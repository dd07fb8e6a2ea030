import { outsideOfRequest } from '../http/request-context.js';
import { driverError, isConnectionFailure } from './database-errors.js';

interface Waiting<I, O> {
  readonly item: I;
  readonly resolve: (answer: O) => void;
  readonly reject: (thrown: unknown) => void;
}

const MOST_AT_ONCE = 200;

/**
 * What comes in one turn of the event loop is sent as one statement: it costs little more than that of one. Nobody's
 * leaving ends it, since it is not theirs alone; and one that spoils it spoils it for nobody else.
 */
export class Together<I, O> {
  private waiting: Waiting<I, O>[] = [];

  /** @param send answers each item, in their order. It is asked again for fewer of them, so it is one statement. */
  constructor(private readonly send: (items: readonly I[]) => Promise<readonly O[]>) {}

  add(item: I): Promise<O> {
    return new Promise((resolve, reject) => {
      if (this.waiting.push({ item, resolve, reject }) > 1) return;
      outsideOfRequest(() => setImmediate(() => this.sendWaiting()));
    });
  }

  private sendWaiting(): void {
    const all = this.waiting;
    this.waiting = [];
    for (let start = 0; start < all.length; start += MOST_AT_ONCE) {
      void this.sendAll(all.slice(start, start + MOST_AT_ONCE));
    }
  }

  private async sendAll(batch: readonly Waiting<I, O>[]): Promise<void> {
    try {
      const answers = await this.send(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(answers[index] as O));
    } catch (thrown) {
      if (batch.length === 1 || isLost(thrown)) for (const { reject } of batch) reject(thrown);
      else await this.sendHalves(batch);
    }
  }

  /** Until the one that spoils it is alone. */
  private async sendHalves(batch: readonly Waiting<I, O>[]): Promise<void> {
    const middle = batch.length >> 1;
    await this.sendAll(batch.slice(0, middle));
    await this.sendAll(batch.slice(middle));
  }
}

/** The server is not there: for fewer of them neither. */
function isLost(thrown: unknown): boolean {
  const error = driverError(thrown);
  return error !== undefined && isConnectionFailure(error);
}
