import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { afterCommit } from '../database/after-commit.js';
import type { Tx } from '../database/transactions.js';
import { within } from '../database/within.js';
import { outsideOfRequest } from '../http/request-context.js';
import type { OfTenant } from '../tenancy/tenant-entity.js';
import type { CacheOptions, Surroundings } from './cache-options.js';
import { freeze } from './freeze.js';

interface Entry<T> {
  readonly value: T;
  readonly readAt: number;
}

const LOAD_WITHIN_MS = 30_000;

/** For what tells whose a request is, such as an API key: there is no organization yet. */
export const noTenantYet: OfTenant = { organizationId: '' };

/**
 * Remembers in this process what was read, for a minute at most, until somebody says that it has changed. Never what
 * decides: balances, and what somebody may do.
 */
export class Cache<T> {
  private readonly entries: LRUCache<string, Entry<T>>;
  private readonly flights = new Map<string, Promise<T>>();

  constructor(
    private readonly name: string,
    private readonly options: CacheOptions,
    private readonly surroundings: Surroundings,
  ) {
    this.entries = new LRUCache({ max: options.max ?? 500, ttl: options.ttlSeconds * 1_000 });
  }

  /**
   * @param load reads it, once for all who ask at the same time, and without the request of any of them
   * @returns the value, which nobody can change. @throws what `load` throws; that is not remembered
   */
  async get(tenant: Readonly<OfTenant>, key: string, load: () => Promise<T>): Promise<T> {
    const id = this.idOf(tenant, key);
    const since = this.surroundings.inSyncSince();
    const known = this.entries.get(id);
    // Cut off from the others, what is known here may have been evicted there.
    if (known !== undefined && known.readAt >= (since ?? Infinity)) {
      this.surroundings.count('hit');
      return known.value;
    }
    const flight = this.flights.get(id);
    this.surroundings.count(since === undefined ? 'bypass' : flight ? 'shared' : 'miss');
    return flight ?? this.load(id, load);
  }

  /** Forgets it, here at once and elsewhere within a second. For after the commit of what changed it. */
  evict(tenant: Readonly<OfTenant>, key: string): void {
    const id = this.idOf(tenant, key);
    this.drop(id);
    this.surroundings.tell(id);
  }

  /** Forgets it as soon as the transaction is committed. */
  evictAfter(tx: Tx, tenant: Readonly<OfTenant>, key: string): void {
    afterCommit(tx, () => this.evict(tenant, key));
  }

  /** Forgets it in this instance alone: what is being loaded may be old already, and nobody else shall wait for it. */
  drop(id: string): void {
    const [wasKnown, wasLoading] = [this.entries.delete(id), this.flights.delete(id)];
    if (wasKnown || wasLoading) this.surroundings.count('eviction');
  }

  clear(): void {
    this.entries.clear();
    this.flights.clear();
  }

  private load(id: string, load: () => Promise<T>): Promise<T> {
    const readAt = performance.now();
    const flight = outsideOfRequest(() => within(LOAD_WITHIN_MS, Promise.resolve().then(load)))
      .then((value) => {
        freeze(value);
        if (this.flights.get(id) === flight) this.remember(id, value, readAt);
        return value;
      })
      .finally(() => {
        if (this.flights.get(id) === flight) this.flights.delete(id);
      });
    this.flights.set(id, flight);
    return flight;
  }

  private remember(id: string, value: T, readAt: number): void {
    const isNothing = value === null || value === undefined;
    if (!isNothing || this.options.negative) this.entries.set(id, { value, readAt }, { start: readAt });
  }

  /** No key is kept as it is: it may be a token. Not keyed, so that instances agree while keys are rotated. */
  private idOf({ organizationId }: Readonly<OfTenant>, key: string): string {
    return hash('sha256', JSON.stringify([this.name, organizationId, key]), 'base64url');
  }
}
