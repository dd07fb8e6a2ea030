import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Tracing } from './tracing.js';
import { tracingConfig } from './tracing.config.js';

@Module({ imports: [ConfigModule.forFeature(tracingConfig)], providers: [Tracing] })
export class TracingModule {}
