import type { ConfigType } from '@nestjs/config';
import Joi from 'joi';
import { defineConfig } from '../config/define-config.js';
import { integer, oneOf, serverUrl } from '../config/rules.js';
import { env, optionalEnv, secretEnv } from '../config/variable.js';

export const databaseConfig = defineConfig('database', {
  url: secretEnv(
    'DATABASE_URL',
    serverUrl(['postgresql', 'postgres'], 'postgresql://user:password@host:5432/database').required(),
    'PostgreSQL server and database; without it npm start and npm test use an embedded one',
  ),
  sslMode: env(
    'DB_SSL_MODE',
    oneOf('disable', 'require', 'verify-full')
      .when('NODE_ENV', { is: Joi.valid('staging', 'production'), then: Joi.string().default('verify-full') })
      .default('disable'),
    'TLS to the database: disable, require (certificate checked, host name not) or verify-full (the default in staging and production)',
  ),
  sslCaFile: optionalEnv(
    'DB_SSL_CA_FILE',
    Joi.string().max(500),
    'File with the certificate authority of the database, if it is not a public one',
  ),
  poolMax: env('DB_POOL_MAX', integer(1, 100).default(20), 'Connections that one process may hold'),
  poolIdleMs: env(
    'DB_POOL_IDLE_MS',
    integer(1_000, 600_000).default(30_000),
    'Milliseconds after which an idle connection is closed',
  ),
  connectTimeoutMs: env(
    'DB_CONNECT_TIMEOUT_MS',
    integer(500, 10_000).default(2_000),
    'Longest wait for a connection, new or from the pool, in milliseconds',
  ),
  statementTimeoutMs: env(
    'DB_STATEMENT_TIMEOUT_MS',
    integer(100, 60_000).default(15_000),
    'Longest time that one SQL statement may run, in milliseconds',
  ),
  startTimeoutMs: env(
    'DB_START_TIMEOUT_MS',
    integer(0, 30_000).default(30_000),
    'How long the start waits for a database that is not up yet, in milliseconds',
  ),
  expectedInstances: env(
    'DB_EXPECTED_INSTANCES',
    integer(1, 1_000).default(1),
    'How many processes share the database: their pools must fit into its max_connections less 10',
  ),
});

export type DatabaseConfig = ConfigType<typeof databaseConfig>;
