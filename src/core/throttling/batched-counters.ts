import { type Count, Counters } from './counters.js';

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
      const batches = this.batches;
      this.batches = new Map();
      await this.sendAll(batches).catch((thrown: unknown) => refuseAll(batches, thrown));
    }
    this.sending = false;
  }

  private async sendAll(batches: ReadonlyMap<string, Batch>): Promise<void> {
    const hits = [...batches].map(([key, { windowMs, waiting }]) => ({ key, windowMs, count: waiting.length }));
    for (const [key, { hits: total, resetsInMs }] of await this.addAll(hits)) {
      const { waiting = [] } = batches.get(key) ?? {};
      // The last of them has seen all of them.
      waiting.forEach(({ resolve }, index) => resolve({ hits: total - waiting.length + index + 1, resetsInMs }));
    }
  }
}

function refuseAll(batches: ReadonlyMap<string, Batch>, thrown: unknown): void {
  for (const { waiting } of batches.values()) for (const { reject } of waiting) reject(thrown);
}
