import { isIP } from 'node:net';
import type { RedisOptions } from 'ioredis';
import { application } from '../config/environment.config.js';

/** One second to connect, and nobody waits for a connection that is not there: who asks has another way. */
const CONNECT_WITHIN_MS = 1_000;
/** For the commands that ioredis itself sends; ours have a second. */
const COMMAND_WITHIN_MS = 1_500;
const MOST_MS_BETWEEN_TRIES = 500;
const GOODBYE_MS = 200;

export function redisOptions(url: string): RedisOptions {
  const { hostname, port, username, password, pathname, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    port: Number(port || 6379),
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
    db: Number(pathname.slice(1)),
    ...(protocol === 'rediss:' && { tls: { ...(isIP(host) === 0 && { servername: host }) } }),
    connectionName: application.name,
    connectTimeout: CONNECT_WITHIN_MS,
    commandTimeout: COMMAND_WITHIN_MS,
    disconnectTimeout: GOODBYE_MS,
    keepAlive: 10_000,
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // What was sent on a connection that ended fails at once.
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(50 * times, MOST_MS_BETWEEN_TRIES),
  };
}
