import { Injectable } from '@nestjs/common';
import { RedisConnections } from '../redis/redis-connections.js';
import { BatchedCounters, type Hits } from './batched-counters.js';
import type { Count } from './counters.js';

// In one go: between two commands the window may end, and one without an end would count for ever.
const ADD = `
  local hits = redis.call('INCRBY', KEYS[1], ARGV[1])
  local left = redis.call('PTTL', KEYS[1])
  if left < 0 then
    left = tonumber(ARGV[2])
    redis.call('PEXPIRE', KEYS[1], left)
  end
  return {hits, left}`;

/** Counts in Redis, a round trip a batch. */
@Injectable()
export class RedisCounters extends BatchedCounters {
  constructor(private readonly redis: RedisConnections) {
    super();
  }

  protected async addAll(hits: readonly Hits[]): Promise<ReadonlyMap<string, Count>> {
    return this.redis.ask(async (client) => {
      const counts = hits.map(async ({ key, count, windowMs }): Promise<[string, Count]> => {
        const [total, left] = (await client.eval(ADD, 1, this.redis.key('limits', key), count, windowMs)) as number[];
        return [key, { hits: total ?? 0, resetsInMs: left ?? 0 }];
      });
      return new Map(await Promise.all(counts));
    });
  }
}
