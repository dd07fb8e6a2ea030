import type { ConfigType } from '@nestjs/config';
import Joi from 'joi';
import { defineConfig } from '../../core/config/define-config.js';
import { hexKey } from '../../core/config/rules.js';
import { env, optionalSecretEnv, secretEnv } from '../../core/config/variable.js';

export const apiKeysConfig = defineConfig('apiKeys', {
  // For people, and for scanners that look for secrets: keys that begin otherwise go on working.
  prefix: env(
    'API_KEY_PREFIX',
    Joi.string()
      .pattern(/^[a-z]{2,8}_[a-z]{2,8}$/)
      .when('NODE_ENV', { is: 'production', then: Joi.string().default('app_live') })
      .default('app_test'),
    'How new API keys begin, app_live in production unless you say otherwise',
  ),
  pepper: secretEnv(
    'API_KEY_PEPPER',
    hexKey().required(),
    'Hashes API keys (HMAC-SHA-256), so that the database alone can prove none',
  ),
  previousPepper: optionalSecretEnv(
    'API_KEY_PEPPER_PREVIOUS',
    hexKey(),
    'The other one of two while you rotate: keys of both are accepted',
  ),
});

export type ApiKeysConfig = ConfigType<typeof apiKeysConfig>;
