import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { minutes, ThrottlerModule } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { ExpiredRows } from '../database/expired-rows.js';
import { Lifeline } from '../database/lifeline.js';
import { Counters } from './counters.js';
import { MemoryCounters } from './memory-counters.js';
import { PostgresCounters } from './postgres-counters.js';
import { AddressLimitGuard, NOBODY, PrincipalLimitGuard } from './rate-limit.guard.js';
import { addressOf, RateLimits } from './rate-limits.js';
import { throttlingConfig, type ThrottlingConfig } from './throttling.config.js';

@Global()
@Module({
  imports: [
    ConfigModule.forFeature(throttlingConfig),
    ThrottlerModule.forRootAsync({
      imports: [ConfigModule.forFeature(throttlingConfig)],
      inject: [throttlingConfig.KEY],
      useFactory: ({ perAddress, perPrincipal }: ThrottlingConfig) => ({
        throttlers: [
          { name: 'address', limit: perAddress, ttl: minutes(1), getTracker: (request) => addressOf(request as never) },
          // Only where a route says how an account is named.
          { name: 'account', limit: 0, ttl: minutes(1), getTracker: () => NOBODY },
          { name: 'principal', limit: perPrincipal, ttl: minutes(1), getTracker: principalOf },
        ],
      }),
    }),
  ],
  providers: [
    {
      provide: Counters,
      inject: [throttlingConfig.KEY, Lifeline, ExpiredRows],
      useFactory: ({ store }: ThrottlingConfig, lifeline: Lifeline, expired: ExpiredRows) => {
        if (store === 'memory') return new MemoryCounters();
        expired.sweep('rate_limits');
        return new PostgresCounters(lifeline);
      },
    },
    RateLimits,
    AddressLimitGuard,
    PrincipalLimitGuard,
  ],
  exports: [RateLimits, AddressLimitGuard, PrincipalLimitGuard],
})
export class ThrottlingModule {}

function principalOf({ actor }: Partial<FastifyRequest>): string {
  return actor?.userId ?? NOBODY;
}
