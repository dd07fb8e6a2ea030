import type { ConfigType } from '@nestjs/config';
import Joi from 'joi';
import { defineConfig } from '../../core/config/define-config.js';
import { enabledFlag, requiredWhen } from '../../core/config/integration.js';
import { url } from '../../core/config/rules.js';
import { env, optionalEnv, optionalSecretEnv } from '../../core/config/variable.js';

const API = 'https://api.razorpay.com';
const secret = () => Joi.string().min(8).max(512);

export const razorpayConfig = defineConfig('razorpay', {
  enabled: enabledFlag('RAZORPAY_ENABLED', 'Takes money by Razorpay Payment Links; if false, no client of it is made'),
  keyId: optionalEnv(
    'RAZORPAY_KEY_ID',
    requiredWhen(
      'RAZORPAY_ENABLED',
      Joi.string()
        .pattern(/^rzp_(test|live)_\w{1,62}$/)
        .when('NODE_ENV', { is: 'production', then: Joi.string().pattern(/^rzp_live_/) }),
    ),
    'Key of the account, as rzp_live_…',
  ),
  keySecret: optionalSecretEnv('RAZORPAY_KEY_SECRET', requiredWhen('RAZORPAY_ENABLED', secret()), 'Secret of that key'),
  webhookSecret: optionalSecretEnv(
    'RAZORPAY_WEBHOOK_SECRET',
    requiredWhen('RAZORPAY_ENABLED', secret()),
    'Signs the events of the endpoint /webhooks/razorpay, as you have entered it there',
  ),
  previousWebhookSecret: optionalSecretEnv(
    'RAZORPAY_WEBHOOK_SECRET_PREVIOUS',
    secret(),
    'The secret before: events of before the change carry it whenever they are sent again',
  ),
  apiUrl: env(
    'RAZORPAY_API_URL',
    url(['http', 'https'], API)
      .when('NODE_ENV', { is: Joi.valid('staging', 'production'), then: Joi.string().pattern(/^https:/) })
      .default(API),
    'Where Razorpay is; https in staging and production',
  ),
});

export type RazorpayConfig = ConfigType<typeof razorpayConfig>;
