import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { LoggerModule } from 'nestjs-pino';
import { QuietLogger } from './quiet-logger.js';
import { createLogger } from './logger.js';
import { loggingConfig, type LoggingConfig } from './logging.config.js';

/** nestjs-pino as the application's logger. Its request logging stays off: a hook of ours does it at half the cost. */
@Global()
@Module({
  imports: [
    ConfigModule.forFeature(loggingConfig),
    LoggerModule.forRootAsync({
      imports: [ConfigModule.forFeature(loggingConfig)],
      inject: [loggingConfig.KEY],
      useFactory: async (config: LoggingConfig) => ({
        pinoHttp: { logger: await createLogger(config), autoLogging: false },
        forRoutes: [],
      }),
    }),
  ],
  providers: [QuietLogger],
  exports: [QuietLogger],
})
export class LoggingModule {}
