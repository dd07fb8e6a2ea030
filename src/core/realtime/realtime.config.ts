import type { ConfigType } from '@nestjs/config';
import { defineConfig } from '../config/define-config.js';
import { integer } from '../config/rules.js';
import { env } from '../config/variable.js';

export const realtimeConfig = defineConfig('realtime', {
  perAddress: env(
    'SOCKETS_PER_ADDRESS',
    integer(1, 100_000).default(50),
    'Socket connections that one address may hold open at each instance',
  ),
});

export type RealtimeConfig = ConfigType<typeof realtimeConfig>;
