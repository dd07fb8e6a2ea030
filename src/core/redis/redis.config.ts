import type { ConfigType } from '@nestjs/config';
import Joi from 'joi';
import { defineConfig } from '../config/define-config.js';
import { enabledFlag, requiredWhen } from '../config/integration.js';
import { optionalSecretEnv } from '../config/variable.js';

export const redisConfig = defineConfig('redis', {
  enabled: enabledFlag('REDIS_ENABLED', 'Whether instances tell each other what changed through Redis, not PostgreSQL'),
  url: optionalSecretEnv(
    'REDIS_URL',
    requiredWhen(
      'REDIS_ENABLED',
      Joi.string()
        .uri({ scheme: ['redis', 'rediss'] })
        .max(500)
        .custom(withoutParameters)
        .messages({
          'url.parameters': '{{#label}} must not have parameters, and its path is the number of a database',
          'string.uriCustomScheme': '{{#label}} must look like redis://user:password@host:6379/0, with rediss for TLS',
        }),
    ),
    'Redis server, with rediss:// for TLS',
  ),
});

export type RedisConfig = ConfigType<typeof redisConfig>;

/** What stands behind `?` would change how the connection behaves. */
function withoutParameters(value: string, helpers: Joi.CustomHelpers): unknown {
  try {
    const { search, pathname, username, password } = new URL(value);
    decodeURIComponent(username + password);
    return search === '' && /^\/?\d*$/.test(pathname) ? value : helpers.error('url.parameters');
  } catch {
    return helpers.error('string.uri');
  }
}
