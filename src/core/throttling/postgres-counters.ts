import { Injectable } from '@nestjs/common';
import { Lifeline } from '../database/lifeline.js';
import { type Count, Counters } from './counters.js';

interface Row extends Count {
  readonly key: string;
}

interface Hit {
  readonly resolve: (count: Count) => void;
  readonly reject: (thrown: unknown) => void;
}

interface Batch {
  readonly windowMs: number;
  readonly hits: Hit[];
}

// Sorted, so that the batches of two instances lock their rows in one order.
const ADD = `
  INSERT INTO rate_limits AS known (key, hits, expires_at)
  SELECT key, hits, now() + make_interval(secs => ms / 1000.0)
    FROM unnest($1::text[], $2::int[], $3::int[]) AS new (key, hits, ms) ORDER BY key
  ON CONFLICT (key) DO UPDATE SET
    hits = CASE WHEN known.expires_at <= now() THEN excluded.hits ELSE known.hits + excluded.hits END,
    expires_at = CASE WHEN known.expires_at <= now() THEN excluded.expires_at ELSE known.expires_at END
  RETURNING key, hits, extract(epoch FROM expires_at - now())::float * 1000 AS "resetsInMs"`;

/**
 * Counts for all instances. Hits that come while a statement is under way are sent together in the next one, so a hot
 * key is one row written once, however many hit it, and never a queue of locks.
 */
@Injectable()
export class PostgresCounters extends Counters {
  private waiting = new Map<string, Batch>();
  private sending = false;

  constructor(private readonly lifeline: Lifeline) {
    super();
  }

  add(key: string, windowMs: number): Promise<Count> {
    return new Promise((resolve, reject) => {
      const batch = this.waiting.get(key) ?? { windowMs, hits: [] };
      batch.hits.push({ resolve, reject });
      this.waiting.set(key, batch);
      if (!this.sending) void this.send();
    });
  }

  private async send(): Promise<void> {
    this.sending = true;
    while (this.waiting.size > 0) {
      const batches = this.waiting;
      this.waiting = new Map();
      await this.sendAll(batches).catch((thrown: unknown) => refuseAll(batches, thrown));
    }
    this.sending = false;
  }

  private async sendAll(batches: ReadonlyMap<string, Batch>): Promise<void> {
    const all = [...batches.values()];
    const rows = await this.lifeline.query<Row>(ADD, [
      [...batches.keys()],
      all.map(({ hits }) => hits.length),
      all.map(({ windowMs }) => windowMs),
    ]);
    for (const { key, hits: total, resetsInMs } of rows) {
      const { hits = [] } = batches.get(key) ?? {};
      // The last of them has seen all of them.
      hits.forEach(({ resolve }, index) => resolve({ hits: total - hits.length + index + 1, resetsInMs }));
    }
  }
}

function refuseAll(batches: ReadonlyMap<string, Batch>, thrown: unknown): void {
  for (const { hits } of batches.values()) for (const { reject } of hits) reject(thrown);
}
