import type { ConfigType } from '@nestjs/config';
import { defineConfig } from '../config/define-config.js';
import { signingSecret } from '../config/rules.js';
import { optionalSecretEnv } from '../config/variable.js';

export const metricsConfig = defineConfig('metrics', {
  token: optionalSecretEnv(
    'METRICS_TOKEN',
    signingSecret(),
    'Bearer token for GET /metrics; without one the route answers 404',
  ),
});

export type MetricsConfig = ConfigType<typeof metricsConfig>;
