import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { RedisConnections } from './redis-connections.js';
import { redisConfig } from './redis.config.js';

@Global()
@Module({
  imports: [ConfigModule.forFeature(redisConfig)],
  providers: [RedisConnections],
  exports: [RedisConnections],
})
export class RedisModule {}
