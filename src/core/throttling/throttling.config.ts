import type { ConfigType } from '@nestjs/config';
import Joi from 'joi';
import { defineConfig } from '../config/define-config.js';
import { integer, oneOf } from '../config/rules.js';
import { env } from '../config/variable.js';

export const throttlingConfig = defineConfig('throttling', {
  store: env(
    'RATE_LIMIT_STORE',
    oneOf('postgres', 'redis', 'memory')
      .when('NODE_ENV', { is: 'production', then: Joi.invalid('memory') })
      .when('REDIS_ENABLED', { not: true, then: Joi.invalid('redis') })
      .default('postgres')
      .messages({ 'any.only': '{{#label}} must be one of {{#valids}}, and redis only where Redis is enabled' }),
    'Where requests are counted: postgres or redis (for all instances), or memory (for each alone; refused in production)',
  ),
  perAddress: env('RATE_LIMIT_PER_ADDRESS', integer(1, 1_000_000).default(600), 'Requests a minute from one address'),
  perPrincipal: env(
    'RATE_LIMIT_PER_PRINCIPAL',
    integer(1, 1_000_000).default(120),
    'Requests a minute of one user, from whatever address',
  ),
  trustProxy: env(
    'TRUST_PROXY',
    integer(0, 10).default(0),
    'How many proxies of your own stand in front; 0 believes no X-Forwarded-For',
  ),
});

export type ThrottlingConfig = ConfigType<typeof throttlingConfig>;
