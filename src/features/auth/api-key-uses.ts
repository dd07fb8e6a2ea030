import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { outsideOfRequest } from '../../core/http/request-context.js';
import { Shutdown } from '../../core/lifecycle/shutdown.js';

const COLLECT_MS = 1_000;
const AGAIN_AFTER_SECONDS = 300;
const MOST_KEYS = 10_000;

// Whoever else has a row is writing the same, or ends it. The hash is that of the pepper of today: so keys outlive a
// rotation of it.
const WRITE = `
  WITH due AS (
    SELECT k.id, used.hash FROM unnest($1::uuid[], $2::bytea[]) AS used (id, hash)
      JOIN api_keys k ON k.id = used.id /* whatever the organization_id */
     WHERE k.last_used_at IS NULL OR k.last_used_at <= now() - make_interval(secs => $3)
       FOR NO KEY UPDATE OF k SKIP LOCKED)
  UPDATE api_keys k SET last_used_at = now(), hash = due.hash FROM due WHERE k.id = due.id`;

/** When keys were used the last time: written at most every five minutes for each, for many at once, beside requests. */
@Injectable()
export class ApiKeyUses {
  private readonly noted = new LRUCache<string, true>({ max: MOST_KEYS, ttl: AGAIN_AFTER_SECONDS * 1_000 });
  /** Hashes by the ids of the keys */
  private readonly waiting = new Map<string, string>();
  private timer?: NodeJS.Timeout;
  private writing = Promise.resolve();

  constructor(
    private readonly dataSource: DataSource,
    private readonly logger: PinoLogger,
    shutdown: Shutdown,
  ) {
    logger.setContext(ApiKeyUses.name);
    shutdown.register('schedulers', 'last uses of API keys', () => this.write());
  }

  /** @param hash of the key with the pepper of today, hexadecimal */
  note(id: string, hash: string): void {
    if (this.noted.has(id)) return;
    this.noted.set(id, true);
    this.waiting.set(id, hash);
    this.timer ??= outsideOfRequest(() => setTimeout(() => void this.write(), COLLECT_MS));
  }

  private write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const used = [...this.waiting];
    this.waiting.clear();
    if (used.length > 0) this.writing = this.writing.then(() => this.writeAll(used));
    return this.writing;
  }

  private async writeAll(used: readonly (readonly [string, string])[]): Promise<void> {
    const [ids, hashes] = [used.map(([id]) => id), used.map(([, hash]) => Buffer.from(hash, 'hex'))];
    await this.dataSource.query(WRITE, [ids, hashes, AGAIN_AFTER_SECONDS]).catch((err: unknown) => {
      for (const id of ids) this.noted.delete(id);
      this.logger.warn({ err }, 'the last uses of API keys were not written');
    });
  }
}
