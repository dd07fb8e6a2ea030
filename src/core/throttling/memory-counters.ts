import { type Count, Counters } from './counters.js';

const MOST_KEYS = 10_000;

/** Counts in this process alone: for one instance, and for the time in which the shared store fails. */
export class MemoryCounters extends Counters {
  private readonly windows = new Map<string, { hits: number; readonly endsAt: number }>();

  add(key: string, windowMs: number): Promise<Count> {
    const now = performance.now();
    let window = this.windows.get(key);
    if (window === undefined || window.endsAt <= now) {
      this.windows.delete(key);
      this.makeRoom(now);
      window = { hits: 0, endsAt: now + windowMs };
      this.windows.set(key, window);
    }
    window.hits++;
    return Promise.resolve({ hits: window.hits, resetsInMs: window.endsAt - now });
  }

  /** Whoever invents keys pushes out the oldest ones, and not the process. */
  private makeRoom(now: number): void {
    if (this.windows.size < MOST_KEYS) return;
    for (const [key, { endsAt }] of this.windows) if (endsAt <= now) this.windows.delete(key);
    const [oldest] = this.windows.keys();
    if (this.windows.size >= MOST_KEYS && oldest !== undefined) this.windows.delete(oldest);
  }
}
