import type { ConfigType } from '@nestjs/config';
import Joi from 'joi';
import { defineConfig } from '../../core/config/define-config.js';
import { integer, url } from '../../core/config/rules.js';
import { env, optionalEnv } from '../../core/config/variable.js';

const DEPLOYED = Joi.valid('staging', 'production');
const HTTPS = Joi.string().pattern(/^https:/, 'an https URL in staging and production');

export const paymentsConfig = defineConfig('payments', {
  provider: optionalEnv(
    'PAYMENT_PROVIDER',
    Joi.string().pattern(/^[a-z][a-z0-9-]{0,49}$/),
    'Which provider takes new payments, such as stripe; needed only where several are switched on',
  ),
  apiUrl: optionalEnv(
    'API_URL',
    url(['http', 'https'], 'https://api.acme.org').custom(withoutSlash).when('NODE_ENV', { is: DEPLOYED, then: HTTPS }),
    'Where browsers reach this API from outside, for the links to checkouts; needed in staging and production where payments are taken',
  ),
  returnUrl: optionalEnv(
    'PAYMENT_RETURN_URL',
    url(['http', 'https'], 'https://app.acme.org/payments').when('NODE_ENV', { is: DEPLOYED, then: HTTPS }),
    'Where buyers go from the page of the provider, with ?payment=<id>; /payments of APP_URL unless set, a page of its own in development',
  ),
  ttlMinutes: env(
    'PAYMENT_TTL_MINUTES',
    integer(5, 10_080).default(60),
    'How long a payment waits for its buyer to open the checkout; from then on the provider says how long it can be paid',
  ),
});

export type PaymentsConfig = ConfigType<typeof paymentsConfig>;

function withoutSlash(value: string): string {
  return value.replace(/\/$/, '');
}
