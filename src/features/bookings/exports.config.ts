import type { ConfigType } from '@nestjs/config';
import { defineConfig } from '../../core/config/define-config.js';
import { integer } from '../../core/config/rules.js';
import { env } from '../../core/config/variable.js';

export const exportsConfig = defineConfig('booking-exports', {
  credits: env(
    'BOOKINGS_EXPORT_CREDITS',
    integer(0, 1_000_000).default(1),
    'What an export of the bookings of an event costs, in credits; 0 is free',
  ),
});

export type ExportsConfig = ConfigType<typeof exportsConfig>;
