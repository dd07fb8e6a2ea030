import { setImmediate as turn } from 'node:timers/promises';
import { within } from '../database/within.js';
import { type Count, Counters } from './counters.js';

const ANSWERS_WITHIN_MS = 200;

/** Hits of one key that go to the store together. */
export interface Hits {
  readonly key: string;
  readonly windowMs: number;
  readonly count: number;
}

interface Waiting {
  readonly resolve: (count: Count) => void;
  readonly reject: (thrown: unknown) => void;
}

interface Batch {
  readonly windowMs: number;
  readonly waiting: Waiting[];
}

/**
 * Counts for all instances. Hits that come while others are on their way are sent together after them, so a hot key is
 * written once, however many hit it, and never a queue.
 */
export abstract class BatchedCounters extends Counters {
  private batches = new Map<string, Batch>();
  private sending = false;

  add(key: string, windowMs: number): Promise<Count> {
    return new Promise((resolve, reject) => {
      const batch = this.batches.get(key) ?? { windowMs, waiting: [] };
      batch.waiting.push({ resolve, reject });
      this.batches.set(key, batch);
      if (!this.sending) void this.send();
    });
  }

  /** @returns where the window of each key stands after its hits, by key */
  protected abstract addAll(hits: readonly Hits[]): Promise<ReadonlyMap<string, Count>>;

  private async send(): Promise<void> {
    this.sending = true;
    while (this.batches.size > 0) {
      // Whoever else comes in this turn of the event loop goes along: a statement costs more than all of their hits.
      await turn();
      const batches = this.batches;
      this.batches = new Map();
      await this.sendAll(batches).catch((thrown: unknown) => this.refuse(batches, thrown));
    }
    this.sending = false;
  }

  /** With those who came after them, and would wait as long for the same. */
  private refuse(batches: ReadonlyMap<string, Batch>, thrown: unknown): void {
    const refused = [...batches.values(), ...this.batches.values()];
    this.batches = new Map();
    for (const { waiting } of refused) for (const { reject } of waiting) reject(thrown);
  }

  private async sendAll(batches: ReadonlyMap<string, Batch>): Promise<void> {
    const hits = [...batches].map(([key, { windowMs, waiting }]) => ({ key, windowMs, count: waiting.length }));
    const counts = await within(ANSWERS_WITHIN_MS, this.addAll(hits));
    for (const [key, { hits: total, resetsInMs }] of counts) {
      const { waiting = [] } = batches.get(key) ?? {};
      // The last of them has seen all of them.
      waiting.forEach(({ resolve }, index) => resolve({ hits: total - waiting.length + index + 1, resetsInMs }));
    }
  }
}
