import type { ConfigType } from '@nestjs/config';
import Joi from 'joi';
import { defineConfig } from '../config/define-config.js';
import { oneOf } from '../config/rules.js';
import { env } from '../config/variable.js';

export const loggingConfig = defineConfig('logging', {
  level: env(
    'LOG_LEVEL',
    oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent').default('info'),
    'Least severe level that is logged: fatal, error, warn, info, debug, trace or silent',
  ),
  format: env(
    'LOG_FORMAT',
    oneOf('json', 'pretty')
      .when('NODE_ENV', { is: 'production', then: Joi.valid(Joi.override, 'json') })
      .default('json'),
    'json (one object a line) or pretty (for eyes; the default of npm start on a terminal, refused in production)',
  ),
});

export type LoggingConfig = ConfigType<typeof loggingConfig>;
