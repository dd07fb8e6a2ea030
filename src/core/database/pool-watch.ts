import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Metrics } from '../metrics/metrics.js';
import type { GuardedPool } from './guarded-pool.js';

const HELD_TOO_LONG_MS = 5_000;

/** Tells how full the pool is, and warns, once each, of clients that somebody took and does not give back. */
@Injectable()
export class PoolWatch implements OnModuleInit {
  private readonly timers = new Map<PoolClient, NodeJS.Timeout>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly shutdown: Shutdown,
    private readonly metrics: Metrics,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(PoolWatch.name);
  }

  /** Clients that are out of the pool at this moment. */
  get held(): number {
    return this.timers.size;
  }

  onModuleInit(): void {
    const pool = poolOf(this.dataSource);
    pool.on('acquire', (client) => this.started(client));
    pool.on('release', (_error, client) => this.ended(client));
    pool.on('remove', (client) => this.ended(client));
    this.metrics.gauge('db_pool_connections', 'Connections of the pool', () => pool.totalCount);
    this.metrics.gauge('db_pool_idle', 'Connections of the pool that nobody uses', () => pool.idleCount);
    this.metrics.gauge('db_pool_waiting', 'Requests that wait for a connection', () => pool.waitingCount);
    this.shutdown.register('database', 'pool', () => this.dataSource.destroy());
  }

  private started(client: PoolClient): void {
    const warn = () => this.logger.warn({ heldMs: HELD_TOO_LONG_MS }, 'database client held for too long');
    this.timers.set(client, setTimeout(warn, HELD_TOO_LONG_MS).unref());
  }

  private ended(client: PoolClient): void {
    clearTimeout(this.timers.get(client));
    this.timers.delete(client);
  }
}

/** The pool behind the one DataSource. */
export function poolOf(dataSource: DataSource): GuardedPool {
  return (dataSource.driver as unknown as { master: GuardedPool }).master;
}
