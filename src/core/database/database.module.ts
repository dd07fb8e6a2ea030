import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PinoLogger } from 'nestjs-pino';
import type { DataSourceOptions } from 'typeorm';
import { Metrics } from '../metrics/metrics.js';
import { tracingConfig, type TracingConfig } from '../tracing/tracing.config.js';
import { openDatabase } from './connect.js';
import { dataSourceOptions } from './data-source-options.js';
import { databaseConfig, type DatabaseConfig } from './database.config.js';
import { DatabaseHealth } from './database-health.js';
import { ExpiredRows } from './expired-rows.js';
import { Lifeline } from './lifeline.js';
import { loadMigrations } from './migration-loader.js';
import { PoolWatch } from './pool-watch.js';
import { Transactions } from './transactions.js';

/** The one DataSource of the process, open before anything else starts. */
@Global()
@Module({
  imports: [
    ConfigModule.forFeature(databaseConfig),
    TypeOrmModule.forRootAsync({
      imports: [ConfigModule.forFeature(databaseConfig), ConfigModule.forFeature(tracingConfig)],
      inject: [databaseConfig.KEY, tracingConfig.KEY, PinoLogger, Metrics],
      useFactory: async (config: DatabaseConfig, tracing: TracingConfig, logger: PinoLogger, metrics: Metrics) => ({
        ...dataSourceOptions(config, connectionLost(logger, metrics), { traced: tracing.enabled }),
        migrations: await loadMigrations(),
        autoLoadEntities: true,
        // Ours waits and gives up on its own terms; Nest's would retry also what can never succeed.
        toRetry: () => false,
        config,
      }),
      dataSourceFactory: async (options) => {
        const { config, ...rest } = options as DataSourceOptions & { readonly config: DatabaseConfig };
        return openDatabase(rest, config);
      },
    }),
  ],
  providers: [Transactions, PoolWatch, DatabaseHealth, Lifeline, ExpiredRows],
  exports: [Transactions, Lifeline, ExpiredRows, ConfigModule],
})
export class DatabaseModule {}

/** An idle connection that ends is no failure of a request: it is told, counted and replaced. */
function connectionLost(logger: PinoLogger, metrics: Metrics): (err: Error) => void {
  const errors = metrics.counter('db_pool_errors_total', 'Idle database connections that were lost');
  return (err) => {
    errors.inc();
    logger.warn({ err }, 'database connection lost');
  };
}
