import type { ConfigType } from '@nestjs/config';
import Joi from 'joi';
import { defineConfig } from '../config/define-config.js';
import { byteSize, flag, integer, url } from '../config/rules.js';
import { env } from '../config/variable.js';

/** No route may read more than this into memory. */
export const MAX_BODY = '10mb';

const DEPLOYED = Joi.valid('staging', 'production');
const ORIGIN = /^https?:\/\/[^\s/?#*@]+$/;

export const httpConfig = defineConfig('http', {
  host: env(
    'HOST',
    Joi.string()
      .hostname()
      .when('NODE_ENV', { is: DEPLOYED, then: Joi.string().default('0.0.0.0') })
      .default('127.0.0.1'),
    'Address to listen on; 0.0.0.0 in staging and production, this machine only elsewhere',
  ),
  port: env('PORT', integer(1, 65535).default(3000), 'Port of the API'),
  origins: env<string[]>(
    'APP_ORIGINS',
    Joi.string()
      .custom(toOrigins)
      .when('NODE_ENV', {
        is: DEPLOYED,
        then: Joi.string().required().custom(requireHttps),
        otherwise: Joi.string().default(Joi.ref('PORT', { adjust: originsOfDevelopment })),
      })
      .messages({
        'origins.invalid': '{{#label}} must be a comma list of exact origins such as https://app.acme.org',
        'origins.https': '{{#label}} must list https origins only in staging and production',
      }) as unknown as Joi.AnySchema<string[]>,
    'Comma list of the browser origins that may call the API, for example https://app.acme.org',
  ),
  appUrl: env(
    'APP_URL',
    url(['http', 'https'], 'https://app.acme.org')
      .custom(withoutSlash)
      .when('NODE_ENV', {
        is: DEPLOYED,
        then: Joi.string()
          .custom(requireHttps)
          .default(Joi.ref('APP_ORIGINS', { adjust: firstOf })),
        otherwise: Joi.string().default(Joi.ref('PORT', { adjust: (port) => `http://localhost:${port}/dev/app` })),
      })
      .messages({ 'origins.https': '{{#label}} must be an https URL in staging and production' }),
    'Web application that links in mails lead to; the first of APP_ORIGINS unless set, a page of its own in development',
  ),
  bodyLimit: env(
    'BODY_LIMIT',
    byteSize('1kb', MAX_BODY).default(1_048_576),
    `Most that a JSON or form body may hold, such as 512kb or 2mb, at most ${MAX_BODY}; a route may have a limit of its own`,
  ),
  docsEnabled: env(
    'DOCS_ENABLED',
    flag()
      .when('NODE_ENV', { is: DEPLOYED, then: Joi.boolean().default(false) })
      .default(true),
    'Serves /docs and /openapi.json; off in staging and production unless set',
  ),
});

export type HttpConfig = ConfigType<typeof httpConfig>;

/** Its own pages, by either name of this machine, and what Vite serves. */
function originsOfDevelopment(port: number): string[] {
  return [`http://localhost:${port}`, `http://127.0.0.1:${port}`, 'http://localhost:5173'];
}

function toOrigins(value: string, helpers: Joi.CustomHelpers): unknown {
  const origins = value.split(',').map((origin) => origin.trim());
  return origins.every((origin) => ORIGIN.test(origin) && isCanonical(origin))
    ? origins
    : helpers.error('origins.invalid');
}

function firstOf(origins: unknown): unknown {
  return Array.isArray(origins) ? origins[0] : undefined;
}

function withoutSlash(value: string): string {
  return value.replace(/\/$/, '');
}

/** As browsers write it: another spelling would never match. */
function isCanonical(origin: string): boolean {
  return URL.canParse(origin) && new URL(origin).origin === origin;
}

function requireHttps(value: unknown, helpers: Joi.CustomHelpers): unknown {
  const origins = Array.isArray(value) ? (value as string[]) : String(value).split(',');
  return origins.every((origin) => origin.trim().startsWith('https://')) ? value : helpers.error('origins.https');
}
