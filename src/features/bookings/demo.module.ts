import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { smtpConfig } from '../../core/messaging/smtp.config.js';
import { DemoRoutes } from './demo-routes.js';
import { DemoSale } from './demo.seed.js';
import { SeatsModule } from './seats.module.js';

/** A concert that a person can watch sell. */
@Module({
  imports: [SeatsModule, ConfigModule.forFeature(smtpConfig)],
  providers: [DemoSale, DemoRoutes],
})
export class DemoModule {}
