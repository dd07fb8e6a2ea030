import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Metrics } from '../metrics/metrics.js';
import { Signals } from '../signals/signals.js';
import { Cache } from './cache.js';
import type { CacheOptions } from './cache-options.js';

const CHANNEL = 'cache';
const NAME = /^[a-z]+(-[a-z]+)*$/;
const LONGEST_SECONDS = 60;

/** Makes caches, and lets those of one name in all instances forget together. */
@Injectable()
export class Caches implements OnModuleInit {
  private readonly caches = new Map<string, Cache<unknown>>();
  private readonly reads;
  private readonly evictions;

  constructor(
    private readonly signals: Signals,
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    logger.setContext(Caches.name);
    this.reads = metrics.counter('cache_reads_total', 'Reads by cache: hit, miss, shared or bypass', [
      'cache',
      'outcome',
    ]);
    this.evictions = metrics.counter('cache_evictions_total', 'Entries that a cache was told to forget', ['cache']);
  }

  onModuleInit(): void {
    this.signals.on(CHANNEL, (payload) => {
      const [name = '', id = ''] = payload.split(' ');
      this.caches.get(name)?.drop(id);
    });
    this.signals.onGap(() => {
      for (const cache of this.caches.values()) cache.clear();
    });
  }

  /** @param name public, as that of a metric; each has one cache */
  define<T>(name: string, options: CacheOptions): Cache<T> {
    const { ttlSeconds } = options;
    if (!NAME.test(name) || this.caches.has(name)) throw new Error(`${name} is no name for another cache.`);
    if (!(ttlSeconds > 0 && ttlSeconds <= LONGEST_SECONDS))
      throw new Error(`${name}: nothing is kept for longer than a minute.`);
    const cache = new Cache<T>(name, options, {
      inSyncSince: () => this.signals.inSyncSince,
      tell: (id) => this.tell(name, id, ttlSeconds),
      count: (what) =>
        what === 'eviction' ? this.evictions.inc({ cache: name }) : this.reads.inc({ cache: name, outcome: what }),
    });
    this.caches.set(name, cache as Cache<unknown>);
    return cache;
  }

  /** Nobody waits for it, and nobody remembers the value for longer than it tries. */
  private tell(name: string, id: string, ttlSeconds: number): void {
    this.signals.send(CHANNEL, `${name} ${id}`, ttlSeconds * 1_000).catch((err: unknown) => {
      this.logger.warn({ err, cache: name }, 'others were not told to forget');
    });
  }
}
