import type { ConfigType } from '@nestjs/config';
import Joi from 'joi';
import { defineConfig } from '../../core/config/define-config.js';
import { flag, integer } from '../../core/config/rules.js';
import { env } from '../../core/config/variable.js';

const DEPLOYED = Joi.valid('staging', 'production');

export const outgoingWebhooksConfig = defineConfig('outgoingWebhooks', {
  concurrency: env(
    'WEBHOOKS_CONCURRENCY',
    integer(0, 500).default(48),
    'Webhooks that each instance delivers at the same time, to one endpoint at most two of all instances; 0 leaves them to others, as JOBS_CONCURRENCY=0 does',
  ),
  timeoutMs: env(
    'WEBHOOKS_TIMEOUT_MS',
    integer(500, 30_000).default(15_000),
    'How long a receiver of webhooks may take to answer, in milliseconds',
  ),
  endpointsPerOrganization: env(
    'WEBHOOKS_ENDPOINTS_PER_ORGANIZATION',
    integer(1, 1_000).default(20),
    'Most webhook endpoints that an organization may have',
  ),
  allowLoopback: env(
    'WEBHOOKS_ALLOW_LOOPBACK',
    flag()
      .when('NODE_ENV', { is: DEPLOYED, then: Joi.boolean().valid(false) })
      .when('NODE_ENV', { is: 'development', then: Joi.boolean().default(true) })
      .default(false),
    'Lets webhooks go to http://127.0.0.1 and localhost, on any port; on in development, refused in staging and production',
  ),
});

export type OutgoingWebhooksConfig = ConfigType<typeof outgoingWebhooksConfig>;
