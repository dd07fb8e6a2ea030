import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Metrics } from './metrics.js';
import { metricsConfig } from './metrics.config.js';
import { MetricsController } from './metrics.controller.js';

@Global()
@Module({
  imports: [ConfigModule.forFeature(metricsConfig)],
  controllers: [MetricsController],
  providers: [Metrics],
  exports: [Metrics],
})
export class MetricsModule {}
