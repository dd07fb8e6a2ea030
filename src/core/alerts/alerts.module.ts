import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { AlertChannels } from './alert-channels.js';
import { alertsConfig } from './alerts.config.js';
import { Alerts } from './alerts.js';
import { HttpChannels } from './http-channels.js';

@Global()
@Module({
  imports: [ConfigModule.forFeature(alertsConfig)],
  providers: [AlertChannels, Alerts, HttpChannels],
  exports: [AlertChannels, Alerts, ConfigModule],
})
export class AlertsModule {}
