import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { PinoLogger } from 'nestjs-pino';
import { application } from '../config/environment.config.js';
import { databaseConfig, type DatabaseConfig } from '../database/database.config.js';
import { FeatureDisabled } from '../errors/core.errors.js';
import { HealthChecks } from '../health/health-checks.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { RedisConnection } from './redis-connection.js';
import { redisOptions } from './redis-options.js';
import { redisConfig, type RedisConfig } from './redis.config.js';

/** Redis, if it is switched on. Whatever is in it can be lost: it makes things faster, and knows nothing that lasts. */
@Injectable()
export class RedisConnections implements OnModuleInit {
  private shared?: RedisConnection;

  constructor(
    @Inject(redisConfig.KEY) private readonly config: RedisConfig,
    @Inject(databaseConfig.KEY) private readonly database: DatabaseConfig,
    private readonly shutdown: Shutdown,
    private readonly checks: HealthChecks,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(RedisConnections.name);
  }

  get enabled(): boolean {
    return this.config.enabled;
  }

  /** The start does not wait for a server that is not there: whoever needs it has another way. */
  async onModuleInit(): Promise<void> {
    const probe = async () => void (await this.ask((client) => client.ping()));
    this.checks.register('redis', { critical: false, enabled: this.enabled, probe });
    if (this.enabled) this.shared = await this.open('redis');
  }

  /** Sends what is answered at once, on the connection that everybody shares. @throws soon while there is no server */
  async ask<T>(command: (client: Redis) => Promise<T>): Promise<T> {
    if (this.shared === undefined) throw new FeatureDisabled('redis');
    return this.shared.ask(command);
  }

  /** A connection of one's own, for commands that wait. */
  async open(name: string): Promise<RedisConnection> {
    if (this.config.url === undefined) throw new FeatureDisabled('redis');
    const { Redis } = await import('ioredis');
    const connection = new RedisConnection(new Redis(redisOptions(this.config.url)), this.logger);
    this.shutdown.register('clients', name, () => connection.end());
    await connection.connect();
    return connection;
  }

  /** A key that no other application takes, nor this one with another database. */
  key(...parts: readonly string[]): string {
    return [application.name, new URL(this.database.url).pathname.slice(1), ...parts].join(':');
  }
}
