import type { ConfigType } from '@nestjs/config';
import Joi from 'joi';
import { defineConfig } from '../../core/config/define-config.js';
import { enabledFlag, requiredWhen } from '../../core/config/integration.js';
import { url } from '../../core/config/rules.js';
import { env, optionalSecretEnv } from '../../core/config/variable.js';

const API = 'https://api.stripe.com';
const webhookSecret = () => Joi.string().pattern(/^whsec_[\w+/=-]{8,200}$/);

export const stripeConfig = defineConfig('stripe', {
  enabled: enabledFlag('STRIPE_ENABLED', 'Takes money by Stripe Checkout; if false, no client of it is made'),
  secretKey: optionalSecretEnv(
    'STRIPE_SECRET_KEY',
    requiredWhen(
      'STRIPE_ENABLED',
      Joi.string()
        .pattern(/^(sk|rk)_(test|live)_\w{8,200}$/)
        .when('NODE_ENV', { is: 'production', then: Joi.string().pattern(/^(sk|rk)_live_/) }),
    ),
    'Secret or restricted key of the account, as sk_live_… or rk_live_…',
  ),
  webhookSecret: optionalSecretEnv(
    'STRIPE_WEBHOOK_SECRET',
    requiredWhen('STRIPE_ENABLED', webhookSecret()),
    'Signs the events of the endpoint /webhooks/stripe, as whsec_…',
  ),
  previousWebhookSecret: optionalSecretEnv(
    'STRIPE_WEBHOOK_SECRET_PREVIOUS',
    webhookSecret(),
    'The secret before, still accepted while you rotate',
  ),
  apiUrl: env(
    'STRIPE_API_URL',
    url(['http', 'https'], API)
      .when('NODE_ENV', { is: Joi.valid('staging', 'production'), then: Joi.string().pattern(/^https:/) })
      .default(API),
    'Where Stripe is; https in staging and production',
  ),
});

export type StripeConfig = ConfigType<typeof stripeConfig>;
