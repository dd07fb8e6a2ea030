import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { ErrorReports } from './error-reports.js';
import { Sentry } from './sentry.js';
import { sentryConfig } from './sentry.config.js';

@Global()
@Module({
  imports: [ConfigModule.forFeature(sentryConfig)],
  providers: [ErrorReports, Sentry],
  exports: [ErrorReports],
})
export class ErrorTrackingModule {}
