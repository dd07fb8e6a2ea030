import type { ConfigType } from '@nestjs/config';
import Joi from 'joi';
import { defineConfig } from '../config/define-config.js';
import { enabledFlag, requiredWhen } from '../config/integration.js';
import { url } from '../config/rules.js';
import { env, optionalEnv, optionalSecretEnv } from '../config/variable.js';

export const smsConfig = defineConfig('sms', {
  enabled: enabledFlag('SMS_ENABLED', 'Sends text messages by Twilio; if false, what sends them answers 503'),
  accountSid: optionalEnv(
    'TWILIO_ACCOUNT_SID',
    requiredWhen('SMS_ENABLED', Joi.string().pattern(/^AC\w{1,62}$/)),
    'Account at Twilio, as AC…',
  ),
  authToken: optionalSecretEnv(
    'TWILIO_AUTH_TOKEN',
    requiredWhen('SMS_ENABLED', Joi.string().max(512)),
    'Token of that account',
  ),
  from: optionalEnv(
    'TWILIO_FROM',
    requiredWhen('SMS_ENABLED', Joi.string().pattern(/^(\+[1-9]\d{6,14}|[A-Za-z0-9 ]{1,11})$/)),
    'Whom text messages come from: a number of that account such as +15005550006, or a name of up to 11 letters',
  ),
  apiUrl: env(
    'TWILIO_API_URL',
    url(['http', 'https'], 'https://api.twilio.com')
      .when('NODE_ENV', { is: Joi.valid('staging', 'production'), then: Joi.string().pattern(/^https:/) })
      .default('https://api.twilio.com'),
    'Where Twilio is; https in staging and production',
  ),
});

export type SmsConfig = ConfigType<typeof smsConfig>;
