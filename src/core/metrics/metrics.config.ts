import type { ConfigType } from '@nestjs/config';
import { defineConfig } from '../config/define-config.js';
import { signingSecret } from '../config/rules.js';
import { optionalEnv } from '../config/variable.js';

export const metricsConfig = defineConfig('metrics', {
  token: {
    ...optionalEnv(
      'METRICS_TOKEN',
      signingSecret(),
      'Bearer token for GET /metrics; without one the route answers 404',
    ),
    secret: true,
  },
});

export type MetricsConfig = ConfigType<typeof metricsConfig>;
