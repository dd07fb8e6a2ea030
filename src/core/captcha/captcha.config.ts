import type { ConfigType } from '@nestjs/config';
import Joi from 'joi';
import { defineConfig } from '../config/define-config.js';
import { enabledFlag, requiredWhen } from '../config/integration.js';
import { integer, oneOf, signingSecret, url } from '../config/rules.js';
import { env, optionalEnv, optionalSecretEnv } from '../config/variable.js';

export const captchaConfig = defineConfig('captcha', {
  enabled: enabledFlag('CAPTCHA_ENABLED', 'Asks for a CAPTCHA where accounts are made, entered and recovered'),
  provider: env(
    'CAPTCHA_PROVIDER',
    oneOf('altcha', 'turnstile').default('altcha'),
    'altcha, a proof of work that this application sets and checks itself, or turnstile of Cloudflare',
  ),
  secret: optionalSecretEnv(
    'CAPTCHA_SECRET',
    requiredWhen('CAPTCHA_ENABLED', signingSecret()).when('CAPTCHA_PROVIDER', {
      is: 'turnstile',
      then: Joi.forbidden(),
    }),
    'Signs the challenges of altcha',
  ),
  cost: env(
    'CAPTCHA_COST',
    integer(1_000, 100_000).default(5_000),
    'altcha: rounds of PBKDF2 for one attempt, of which a browser needs 256 on average; 5000 is about a second',
  ),
  siteKey: optionalEnv(
    'TURNSTILE_SITEKEY',
    Joi.string().max(100).when('CAPTCHA_PROVIDER', { is: 'turnstile', then: Joi.required() }),
    'turnstile: the key that pages show',
  ),
  turnstileSecret: optionalSecretEnv(
    'TURNSTILE_SECRET_KEY',
    Joi.string().max(100).when('CAPTCHA_PROVIDER', { is: 'turnstile', then: Joi.required() }),
    'turnstile: the key that checks their answers',
  ),
  turnstileUrl: env(
    'TURNSTILE_API_URL',
    url(['http', 'https'], 'https://challenges.cloudflare.com')
      .when('NODE_ENV', { is: Joi.valid('staging', 'production'), then: Joi.string().pattern(/^https:/) })
      .default('https://challenges.cloudflare.com'),
    'Where turnstile is; https in staging and production',
  ),
});

export type CaptchaConfig = ConfigType<typeof captchaConfig>;
