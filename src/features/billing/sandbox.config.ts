import type { ConfigType } from '@nestjs/config';
import Joi from 'joi';
import { defineConfig } from '../../core/config/define-config.js';
import { flag } from '../../core/config/rules.js';
import { env } from '../../core/config/variable.js';

const DEPLOYED = Joi.valid('staging', 'production');

export const sandboxConfig = defineConfig('sandbox', {
  enabled: env(
    'PAYMENTS_SANDBOX_ENABLED',
    flag().when('NODE_ENV', {
      switch: [
        { is: DEPLOYED, then: Joi.valid(Joi.override, false).default(false) },
        { is: 'development', then: Joi.boolean().default(true) },
      ],
      otherwise: Joi.boolean().default(false),
    }),
    'Takes payments with pages of our own, on which anybody presses pay; on in development, refused in staging and production',
  ),
});

export type SandboxConfig = ConfigType<typeof sandboxConfig>;
