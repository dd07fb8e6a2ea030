import type { ConfigType } from '@nestjs/config';
import Joi from 'joi';
import { defineConfig } from '../config/define-config.js';
import { enabledFlag, requiredWhen } from '../config/integration.js';
import { url } from '../config/rules.js';
import { env, optionalEnv, optionalSecretEnv } from '../config/variable.js';

export const tracingConfig = defineConfig('tracing', {
  enabled: enabledFlag('OTEL_ENABLED', 'Traces requests, jobs and SQL by OpenTelemetry'),
  endpoint: optionalEnv(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    requiredWhen('OTEL_ENABLED', url(['http', 'https'], 'http://localhost:4318')),
    'Collector of the traces (OTLP over HTTP), such as http://localhost:4318',
  ),
  headers: optionalSecretEnv(
    'OTEL_EXPORTER_OTLP_HEADERS',
    Joi.string().max(2_000),
    'Headers for the collector, such as its key: name=value,name=value',
  ),
  sampleRatio: env(
    'OTEL_TRACES_SAMPLE',
    Joi.number().min(0).max(1).default(0.1),
    'Share of the traces that begin here and are kept, 0 to 1; for the others their caller decides',
  ),
});

export type TracingConfig = ConfigType<typeof tracingConfig>;
