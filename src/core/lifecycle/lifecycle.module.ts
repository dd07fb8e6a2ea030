import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { lifecycleConfig } from './lifecycle.config.js';
import { Shutdown } from './shutdown.js';

@Global()
@Module({
  imports: [ConfigModule.forFeature(lifecycleConfig)],
  providers: [Shutdown],
  exports: [Shutdown, ConfigModule],
})
export class LifecycleModule {}
