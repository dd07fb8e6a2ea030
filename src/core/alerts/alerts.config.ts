import type { ConfigType } from '@nestjs/config';
import Joi from 'joi';
import { defineConfig } from '../config/define-config.js';
import { enabledFlag, requiredWhen } from '../config/integration.js';
import { integer, url } from '../config/rules.js';
import { env, optionalEnv, optionalSecretEnv } from '../config/variable.js';

/** By https, and in development and tests also by http: what is told to operators is not for everybody. */
const address = () =>
  url(['https', 'http'], 'https://hooks.acme.org/aerie').when('NODE_ENV', {
    not: Joi.valid('development', 'test'),
    then: url(['https'], 'https://hooks.acme.org/aerie'),
  });

export const alertsConfig = defineConfig('alerts', {
  email: optionalEnv(
    'OPERATOR_ALERT_EMAIL',
    Joi.string().email({ tlds: false }),
    'Who gets alerts by mail, if anybody',
  ),
  cooldownSeconds: env(
    'ALERT_COOLDOWN_SECONDS',
    integer(1, 86_400).default(600),
    'After an alert the same one is only counted for this long, and then told once with its number',
  ),
  slackEnabled: enabledFlag('SLACK_ALERTS_ENABLED', 'Sends alerts to a channel of Slack'),
  slackWebhookUrl: optionalSecretEnv(
    'SLACK_WEBHOOK_URL',
    requiredWhen('SLACK_ALERTS_ENABLED', address()),
    'Address of an incoming webhook of Slack; whoever knows it can write there',
  ),
  telegramEnabled: enabledFlag('TELEGRAM_ALERTS_ENABLED', 'Sends alerts to a chat of Telegram'),
  telegramToken: optionalSecretEnv(
    'TELEGRAM_BOT_TOKEN',
    requiredWhen('TELEGRAM_ALERTS_ENABLED', Joi.string().pattern(/^\d{5,15}:[\w-]{30,64}$/)),
    'Token of the bot that writes, as BotFather gives it',
  ),
  telegramChat: optionalEnv(
    'TELEGRAM_CHAT_ID',
    requiredWhen('TELEGRAM_ALERTS_ENABLED', Joi.string().pattern(/^(-?\d{1,20}|@\w{5,32})$/)),
    'Where it writes: the number of a chat, or the @name of a channel',
  ),
  telegramUrl: env(
    'TELEGRAM_API_URL',
    address().default('https://api.telegram.org'),
    'Where the Bot API of Telegram is; another one if it is hosted by yourselves',
  ),
});

export type AlertsConfig = ConfigType<typeof alertsConfig>;
