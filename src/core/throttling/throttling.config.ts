import type { ConfigType } from '@nestjs/config';
import { defineConfig } from '../config/define-config.js';
import { integer } from '../config/rules.js';
import { env } from '../config/variable.js';

export const throttlingConfig = defineConfig('throttling', {
  perAddress: env('RATE_LIMIT_PER_ADDRESS', integer(1, 1_000_000).default(600), 'Requests a minute from one address'),
  trustProxy: env(
    'TRUST_PROXY',
    integer(0, 10).default(0),
    'How many proxies of your own stand in front; 0 believes no X-Forwarded-For',
  ),
});

export type ThrottlingConfig = ConfigType<typeof throttlingConfig>;
