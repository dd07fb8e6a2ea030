import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { outsideOfRequest } from '../http/request-context.js';
import { HealthChecks } from '../health/health-checks.js';
import { pendingMigrations } from './migrations.js';
import { poolOf } from './pool-watch.js';

const ANSWER_WITHIN_MS = 2_000;

/** Tells readiness whether the database answers and has the schema that this code expects. */
@Injectable()
export class DatabaseHealth implements OnModuleInit {
  private flight?: Promise<void>;
  private comparison?: Promise<void>;

  constructor(
    private readonly dataSource: DataSource,
    private readonly checks: HealthChecks,
  ) {}

  onModuleInit(): void {
    this.checks.register('database', { critical: true, probe: () => this.ping() });
    this.checks.register('migrations', { critical: true, probe: () => this.compareSchema() });
  }

  /**
   * However many ask at once, one connection asks the server: a database that hangs must not swallow the pool. It asks
   * for all of them, so it does not end when the first of them leaves.
   */
  private ping(): Promise<void> {
    this.flight ??= outsideOfRequest(() => this.pingOnce()).finally(() => (this.flight = undefined));
    return this.flight;
  }

  private async pingOnce(): Promise<void> {
    const client = await poolOf(this.dataSource).connect();
    try {
      await client.query({ text: 'SELECT 1', query_timeout: ANSWER_WITHIN_MS } as { text: string });
      client.release();
    } catch (thrown) {
      // Whatever it was, the next one shall not get a connection on which an answer may still arrive.
      client.release(true);
      throw thrown;
    }
  }

  private compareSchema(): Promise<void> {
    this.comparison ??= outsideOfRequest(() => this.compareSchemaOnce()).finally(() => (this.comparison = undefined));
    return this.comparison;
  }

  private async compareSchemaOnce(): Promise<void> {
    await this.ping();
    const pending = await pendingMigrations(this.dataSource);
    if (pending.length > 0) throw new Error('migrations are pending');
  }
}
