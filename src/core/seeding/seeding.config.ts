import type { ConfigType } from '@nestjs/config';
import Joi from 'joi';
import { defineConfig } from '../config/define-config.js';
import { flag } from '../config/rules.js';
import { env } from '../config/variable.js';

export const seedingConfig = defineConfig('seeding', {
  demoSeed: env(
    'DEMO_SEED',
    flag()
      .when('NODE_ENV', { is: Joi.valid('staging', 'production'), then: Joi.valid(Joi.override, false) })
      .default(false),
    'Fills the database with demo data on start, as npm start does; refused in staging and production',
  ),
});

export type SeedingConfig = ConfigType<typeof seedingConfig>;
