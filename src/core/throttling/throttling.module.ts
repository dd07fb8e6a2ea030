import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { minutes, ThrottlerModule } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { principalOf } from '../access/actor.js';
import { ExpiredRows } from '../database/expired-rows.js';
import { Lifeline } from '../database/lifeline.js';
import { RedisConnections } from '../redis/redis-connections.js';
import { addressOf } from './callers.js';
import { Counters } from './counters.js';
import { MemoryCounters } from './memory-counters.js';
import { PostgresCounters } from './postgres-counters.js';
import { RedisCounters } from './redis-counters.js';
import { StrictLimitGuard, NOBODY, PrincipalLimitGuard } from './rate-limit.guard.js';
import { RateLimits } from './rate-limits.js';
import { throttlingConfig, type ThrottlingConfig } from './throttling.config.js';

@Global()
@Module({
  imports: [
    ConfigModule.forFeature(throttlingConfig),
    ThrottlerModule.forRootAsync({
      imports: [ConfigModule.forFeature(throttlingConfig)],
      inject: [throttlingConfig.KEY],
      useFactory: ({ perPrincipal }: ThrottlingConfig) => ({
        throttlers: [
          // These two only where a route says so; the loose limit by address is a hook.
          { name: 'strict', limit: 0, ttl: minutes(1), getTracker: (request) => addressOf(request as never) },
          { name: 'account', limit: 0, ttl: minutes(1), getTracker: () => NOBODY },
          { name: 'principal', limit: perPrincipal, ttl: minutes(1), getTracker: trackedOf },
        ],
      }),
    }),
  ],
  providers: [
    {
      provide: Counters,
      inject: [throttlingConfig.KEY, Lifeline, ExpiredRows, RedisConnections],
      useFactory: countersIn,
    },
    RateLimits,
    StrictLimitGuard,
    PrincipalLimitGuard,
  ],
  exports: [RateLimits, StrictLimitGuard, PrincipalLimitGuard],
})
export class ThrottlingModule {}

function countersIn(
  { store }: ThrottlingConfig,
  lifeline: Lifeline,
  expired: ExpiredRows,
  redis: RedisConnections,
): Counters {
  if (store === 'memory') return new MemoryCounters();
  if (store === 'redis') return new RedisCounters(redis);
  expired.sweep('rate_limits');
  return new PostgresCounters(lifeline);
}

function trackedOf({ actor }: Partial<FastifyRequest>): string {
  return actor === undefined ? NOBODY : principalOf(actor);
}
