import type { ConfigType } from '@nestjs/config';
import { defineConfig } from '../../core/config/define-config.js';
import { integer } from '../../core/config/rules.js';
import { env } from '../../core/config/variable.js';

export const inboundConfig = defineConfig('webhookInbox', {
  keptDays: env(
    'WEBHOOK_INBOX_DAYS',
    integer(30, 3_650).default(90),
    'How long it is remembered which events came from providers, in days: the same event later would count again',
  ),
});

export type InboundConfig = ConfigType<typeof inboundConfig>;
