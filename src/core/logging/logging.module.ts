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
        // With wrapSerializers pino-http would put its own error serializer, and so SQL parameters, over ours.
        pinoHttp: { logger: await createLogger(config), autoLogging: false, wrapSerializers: false },
        forRoutes: [],
      }),
    }),
  ],
  providers: [QuietLogger],
  exports: [QuietLogger],
})
export class LoggingModule {}
