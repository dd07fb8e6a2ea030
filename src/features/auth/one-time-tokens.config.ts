import type { ConfigType } from '@nestjs/config';
import { defineConfig } from '../../core/config/define-config.js';
import { integer } from '../../core/config/rules.js';
import { env } from '../../core/config/variable.js';

export const oneTimeTokensConfig = defineConfig('one-time-tokens', {
  verificationHours: env(
    'VERIFICATION_LINK_TTL_HOURS',
    integer(1, 72).default(24),
    'How long the link is good that verifies an e-mail address, in hours',
  ),
  resetMinutes: env(
    'RESET_LINK_TTL_MINUTES',
    integer(5, 60).default(60),
    'How long the link is good that sets a new password, in minutes',
  ),
});

export type OneTimeTokensConfig = ConfigType<typeof oneTimeTokensConfig>;
