import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { APP_GUARD } from '@nestjs/core';
import { minutes, ThrottlerModule } from '@nestjs/throttler';
import { RateLimitGuard } from './rate-limit.guard.js';
import { throttlingConfig, type ThrottlingConfig } from './throttling.config.js';

/** Imported before the access module: guards run in the order of their registration. */
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      imports: [ConfigModule.forFeature(throttlingConfig)],
      inject: [throttlingConfig.KEY],
      useFactory: ({ perAddress }: ThrottlingConfig) => ({
        throttlers: [{ name: 'address', limit: perAddress, ttl: minutes(1) }],
      }),
    }),
  ],
  providers: [{ provide: APP_GUARD, useClass: RateLimitGuard }],
})
export class ThrottlingModule {}
