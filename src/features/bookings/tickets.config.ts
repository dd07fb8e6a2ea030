import type { ConfigType } from '@nestjs/config';
import { defineConfig } from '../../core/config/define-config.js';
import { signingSecret } from '../../core/config/rules.js';
import { optionalSecretEnv, secretEnv } from '../../core/config/variable.js';

export const ticketsConfig = defineConfig('tickets', {
  secret: secretEnv('BOOKINGS_TICKET_SECRET', signingSecret().required(), 'Signs the codes of tickets'),
  previousSecret: optionalSecretEnv(
    'BOOKINGS_TICKET_SECRET_PREVIOUS',
    signingSecret(),
    'The secret before, whose tickets still let people in',
  ),
});

export type TicketsConfig = ConfigType<typeof ticketsConfig>;
