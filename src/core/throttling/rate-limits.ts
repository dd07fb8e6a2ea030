import { Inject, Injectable } from '@nestjs/common';
import { minutes } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { type Actor, principalOf } from '../access/actor.js';
import { databaseConfig, type DatabaseConfig } from '../database/database.config.js';
import { Metrics } from '../metrics/metrics.js';
import { addressOf, keyOf } from './callers.js';
import { type Count, Counters } from './counters.js';
import { MemoryCounters } from './memory-counters.js';
import { announce } from './rate-limit-fields.js';
import { throttlingConfig, type ThrottlingConfig } from './throttling.config.js';
import { RateLimited } from './throttling.errors.js';

/** So many requests in so much time. */
export interface Limit {
  /** As clients see it */
  readonly name: string;
  readonly quota: number;
  readonly windowMs: number;
}

/** Where a caller stands with a limit. */
export interface Standing extends Count {
  readonly quota: number;
}

/** A caller who had this quota, and has nothing left of it. */
interface Exhausted {
  readonly quota: number;
  /** On the clock of `performance.now()` */
  readonly until: number;
}

const TRY_STORE_AGAIN_MS = 1_000;
const MOST_EXHAUSTED = 10_000;

/** Holds callers to their limits, in all instances together, or more strictly in each alone: never not at all. */
@Injectable()
export class RateLimits {
  private readonly local = new MemoryCounters();
  /** Keys that have used up their quota: who hammers costs no statement. */
  private readonly exhausted = new Map<string, Exhausted>();
  private readonly failures;
  private readonly refusals;
  private failedAt = -Infinity;

  constructor(
    private readonly counters: Counters,
    @Inject(throttlingConfig.KEY) private readonly config: ThrottlingConfig,
    @Inject(databaseConfig.KEY) private readonly database: DatabaseConfig,
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    logger.setContext(RateLimits.name);
    this.failures = metrics.counter('rate_limit_store_failures_total', 'Hits that the shared store did not count');
    this.refusals = metrics.counter('rate_limited_total', 'Requests refused by the name of the limit', ['limit']);
  }

  /** Counts a request, and tells the caller where they stand. @throws {RateLimited} */
  async take(limit: Limit, caller: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const standing = await this.count(limit, caller);
    const { hits, quota } = standing;
    const remaining = Math.max(0, quota - hits);
    announce(request, reply, { limit: { ...limit, quota }, remaining, resetsIn: secondsLeft(standing) });
    this.refuse(limit, standing);
  }

  /** Counts what has no answer with fields to tell the limit in, such as an event of a socket. @throws {RateLimited} */
  async demand(limit: Limit, caller: string): Promise<void> {
    this.refuse(limit, await this.count(limit, caller));
  }

  /** The loose limit of every address, over all routes together. */
  async takeOfAddress(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const limit = { name: 'address', quota: this.config.perAddress, windowMs: minutes(1) };
    await this.take(limit, addressOf(request), request, reply);
  }

  /** The loose limit of everybody who is known, over all routes together that have none of their own. */
  async takeOfPrincipal(actor: Actor, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const limit = { name: 'principal', quota: this.config.perPrincipal, windowMs: minutes(1) };
    await this.take(limit, principalOf(actor), request, reply);
  }

  /**
   * Counts a hit, and leaves it to the caller what to do about it.
   * @returns where the window stands, and what is allowed in it: less than the limit while the store fails. Beyond that
   * not every hit is counted.
   */
  async count(limit: Limit, caller: string): Promise<Standing> {
    const key = keyOf(limit.name, caller);
    return this.remembered(key, limit) ?? (await this.ask(key, limit));
  }

  private refuse({ name }: Limit, standing: Standing): void {
    if (standing.hits <= standing.quota) return;
    this.refusals.inc({ limit: name });
    throw new RateLimited(secondsLeft(standing));
  }

  private async ask(key: string, { quota, windowMs }: Limit): Promise<Standing> {
    if (performance.now() - this.failedAt > TRY_STORE_AGAIN_MS) {
      try {
        const count = await this.counters.add(key, windowMs);
        if (this.failedAt > 0) this.logger.info('limits are shared again');
        this.failedAt = -Infinity;
        if (count.hits >= quota) this.remember(key, quota, count.resetsInMs);
        return { ...count, quota };
      } catch (thrown) {
        if (this.failedAt === -Infinity) this.logger.warn({ err: thrown }, 'limits hold in each process alone');
        this.failedAt = performance.now();
      }
    }
    this.failures.inc();
    const strict = Math.max(1, Math.floor(quota / (this.database.expectedInstances + 1)));
    return { ...(await this.local.add(key, windowMs)), quota: strict };
  }

  private remembered(key: string, { quota }: Limit): Standing | undefined {
    const known = this.exhausted.get(key);
    if (known === undefined) return undefined;
    const resetsInMs = known.until - performance.now();
    // A better plan has more: what was enough to refuse says nothing about that.
    if (resetsInMs > 0 && quota <= known.quota) return { hits: quota + 1, resetsInMs, quota };
    if (resetsInMs <= 0) this.exhausted.delete(key);
    return undefined;
  }

  private remember(key: string, quota: number, resetsInMs: number): void {
    if (this.exhausted.size >= MOST_EXHAUSTED) this.exhausted.clear();
    this.exhausted.set(key, { quota, until: performance.now() + resetsInMs });
  }
}

const secondsLeft = ({ resetsInMs }: Standing): number => Math.max(1, Math.ceil(resetsInMs / 1_000));
