import { Injectable } from '@nestjs/common';
import { Lifeline } from '../database/lifeline.js';
import { BatchedCounters, type Hits } from './batched-counters.js';
import type { Count } from './counters.js';

interface Row extends Count {
  readonly key: string;
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

/** Counts in a table, a statement a batch. */
@Injectable()
export class PostgresCounters extends BatchedCounters {
  constructor(private readonly lifeline: Lifeline) {
    super();
  }

  protected async addAll(hits: readonly Hits[]): Promise<ReadonlyMap<string, Count>> {
    const rows = await this.lifeline.query<Row>(ADD, [
      hits.map(({ key }) => key),
      hits.map(({ count }) => count),
      hits.map(({ windowMs }) => windowMs),
    ]);
    return new Map(rows.map((row) => [row.key, row]));
  }
}
