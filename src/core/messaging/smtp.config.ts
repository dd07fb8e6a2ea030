import type { ConfigType } from '@nestjs/config';
import Joi from 'joi';
import { defineConfig } from '../config/define-config.js';
import { enabledFlag, requiredWhen } from '../config/integration.js';
import { flag, integer, oneOf } from '../config/rules.js';
import { env, optionalEnv, optionalSecretEnv } from '../config/variable.js';
import { isOneAddress } from './addresses.js';

/** Whom mails come from. */
export interface Sender {
  readonly name: string;
  readonly address: string;
}

const DEPLOYED = Joi.valid('staging', 'production');

export const smtpConfig = defineConfig('smtp', {
  enabled: enabledFlag(
    'SMTP_ENABLED',
    'Sends mails by SMTP; if false, they go to the inbox, or what sends them answers 503',
  ),
  host: optionalEnv('SMTP_HOST', requiredWhen('SMTP_ENABLED', Joi.string().hostname()), 'Mail server'),
  port: env(
    'SMTP_PORT',
    integer(1, 65_535)
      .when('SMTP_SECURITY', { is: 'tls', then: Joi.number().default(465) })
      .default(587),
    'Port of the mail server; 465 if SMTP_SECURITY is tls, else 587',
  ),
  security: env(
    'SMTP_SECURITY',
    oneOf('tls', 'starttls', 'none')
      .when('NODE_ENV', { is: DEPLOYED, then: Joi.invalid('none') })
      .default('starttls'),
    'tls from the first byte, starttls before anything is said, or none, which staging and production refuse',
  ),
  user: optionalEnv('SMTP_USER', Joi.string().max(320), 'User at the mail server, if it asks for one'),
  password: optionalSecretEnv(
    'SMTP_PASSWORD',
    Joi.string().max(512).when('SMTP_USER', { is: Joi.exist(), then: Joi.required(), otherwise: Joi.forbidden() }),
    'Password at the mail server, of SMTP_USER',
  ),
  from: optionalEnv<Sender>(
    'MAIL_FROM',
    requiredWhen('SMTP_ENABLED', sender()),
    'Whom mails come from, such as Acme <hello@acme.org>',
  ),
  inboxEnabled: env(
    'MAIL_INBOX_ENABLED',
    flag()
      .when('NODE_ENV', { is: DEPLOYED, then: Joi.valid(Joi.override, false).default(false) })
      .default(true),
    'Catches mails that SMTP does not send and shows them at /dev/inbox; refused in staging and production',
  ),
});

export type SmtpConfig = ConfigType<typeof smtpConfig>;

function sender(): Joi.AnySchema<Sender> {
  return Joi.string()
    .max(320)
    .custom((value: string, helpers) => {
      const [, name = '', bracketed] = /^([^<>\p{Cc}]*)<([^<>]+)>$/u.exec(value) ?? [];
      const address = bracketed ?? value;
      return isOneAddress(address) ? { name: name.trim(), address } : helpers.error('sender.invalid');
    })
    .messages({
      'sender.invalid': '{{#label}} must be an address, or a name and an address: Acme <hello@acme.org>',
    }) as unknown as Joi.AnySchema<Sender>;
}
