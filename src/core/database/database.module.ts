import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PinoLogger } from 'nestjs-pino';
import type { DataSourceOptions } from 'typeorm';
import { openDatabase } from './connect.js';
import { dataSourceOptions } from './data-source-options.js';
import { databaseConfig, type DatabaseConfig } from './database.config.js';
import { loadMigrations } from './migration-loader.js';
import { DatabaseHealth } from './database-health.js';
import { PoolWatch } from './pool-watch.js';
import { Transactions } from './transactions.js';

/** The one DataSource of the process, open before anything else starts. */
@Global()
@Module({
  imports: [
    ConfigModule.forFeature(databaseConfig),
    TypeOrmModule.forRootAsync({
      imports: [ConfigModule.forFeature(databaseConfig)],
      inject: [databaseConfig.KEY, PinoLogger],
      useFactory: async (config: DatabaseConfig, logger: PinoLogger) => ({
        ...dataSourceOptions(config, (err) => logger.warn({ err }, 'database connection lost')),
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
  providers: [Transactions, PoolWatch, DatabaseHealth],
  exports: [Transactions, ConfigModule],
})
export class DatabaseModule {}
