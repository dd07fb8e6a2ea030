import type { ConfigType } from '@nestjs/config';
import { defineConfig } from '../config/define-config.js';
import { enabledFlag, requiredWhen } from '../config/integration.js';
import { serverUrl } from '../config/rules.js';
import { optionalSecretEnv } from '../config/variable.js';

export const redisConfig = defineConfig('redis', {
  enabled: enabledFlag('REDIS_ENABLED', 'Whether instances tell each other what changed through Redis, not PostgreSQL'),
  url: optionalSecretEnv(
    'REDIS_URL',
    requiredWhen(
      'REDIS_ENABLED',
      serverUrl(['redis', 'rediss'], 'redis://user:password@host:6379/0, with rediss for TLS').pattern(
        /^[^/]+\/\/[^/]+\/?\d*$/,
        'a URL whose path is the number of a database',
      ),
    ),
    'Redis server, with rediss:// for TLS',
  ),
});

export type RedisConfig = ConfigType<typeof redisConfig>;
