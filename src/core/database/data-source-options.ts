import { readFileSync } from 'node:fs';
import { type ConnectionOptions, rootCertificates } from 'node:tls';
import pg, { type ClientConfig } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { application } from '../config/environment.config.js';
import { StartRefused } from '../lifecycle/start-refused.js';
import type { DatabaseConfig } from './database.config.js';
import { GuardedPool } from './guarded-pool.js';
import { NamingStrategy } from './naming-strategy.js';
import { PlanningClient } from './planned.js';
import { TracedClient } from './traced-client.js';

type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

const SESSION_IDLE_IN_TRANSACTION_MS = 30_000;
const CONNECTION_LIFETIME_S = 1_800;
/** The lifeline, which is a part of what one process may hold. */
const CONNECTIONS_BESIDE = 1;

/** Everything the one DataSource is told. `synchronize` is nowhere true: the schema comes from migrations. */
export function dataSourceOptions(
  config: DatabaseConfig,
  onPoolError: (error: Error) => void,
  { traced = false } = {},
): PostgresOptions {
  return {
    type: 'postgres',
    url: config.url,
    ssl: tlsOptions(config),
    applicationName: application.name,
    driver: Object.assign(Object.create(pg) as typeof pg, { Pool: GuardedPool }),
    synchronize: false,
    installExtensions: false,
    namingStrategy: new NamingStrategy(),
    migrationsTableName: 'migrations',
    logging: false,
    poolSize: Math.max(1, config.poolMax - CONNECTIONS_BESIDE),
    connectTimeoutMS: config.connectTimeoutMs,
    poolErrorHandler: onPoolError,
    extra: {
      idleTimeoutMillis: config.poolIdleMs,
      maxLifetimeSeconds: CONNECTION_LIFETIME_S,
      statement_timeout: config.statementTimeoutMs,
      idle_in_transaction_session_timeout: SESSION_IDLE_IN_TRANSACTION_MS,
      keepAlive: true,
      Client: traced ? TracedClient : PlanningClient,
    },
  };
}

/** How to reach the database with a connection beside the pool. */
export function connectionOptions(config: DatabaseConfig): ClientConfig {
  return {
    connectionString: config.url,
    ssl: tlsOptions(config),
    application_name: application.name,
    keepAlive: true,
  };
}

/** The certificate is checked in both modes; `require` only forgives that it was made out to another host name. */
function tlsOptions({
  sslMode,
  sslCaFile,
}: DatabaseConfig): false | Pick<ConnectionOptions, 'ca' | 'checkServerIdentity'> {
  if (sslMode === 'disable') return false;
  return {
    ...(sslCaFile !== undefined && { ca: [...rootCertificates, readAuthority(sslCaFile)] }),
    ...(sslMode === 'require' && { checkServerIdentity: () => undefined }),
  };
}

function readAuthority(file: string): string {
  try {
    // eslint-disable-next-line no-restricted-syntax -- once, before there is anybody to wait
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new StartRefused('The file that DB_SSL_CA_FILE names cannot be read.', { cause });
  }
}
