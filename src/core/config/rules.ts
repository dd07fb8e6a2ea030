import Joi from 'joi';
import { toBytes } from './byte-size.js';

const PLACEHOLDER = /change[-_ ]?me|your[-_ ]|placeholder|example|password|secret[-_ ]?key|default|replace/i;
const MIN_LENGTH = 32;
const MIN_DISTINCT = 10;

/** A signing secret: long, varied, and not the one from a tutorial. */
export function signingSecret(): Joi.StringSchema<string> {
  return Joi.string()
    .custom((value: string, helpers) => {
      if (PLACEHOLDER.test(value)) return helpers.error('secret.placeholder');
      if (new Set(value).size < MIN_DISTINCT) return helpers.error('secret.varied');
      return value;
    })
    .min(MIN_LENGTH)
    .max(512)
    .meta({ placeholder: 'changeme' })
    .messages({
      'secret.placeholder': '{{#label}} is a placeholder: generate a random value',
      'secret.varied': `{{#label}} must have at least ${MIN_DISTINCT} different characters`,
    });
}

/** A key of 32 bytes, written as 64 hexadecimal digits. */
export function hexKey(): Joi.StringSchema<string> {
  return Joi.string()
    .pattern(/^[0-9a-f]{64}$/i)
    .lowercase()
    .custom((value: string, helpers) => (new Set(value).size < MIN_DISTINCT ? helpers.error('secret.varied') : value))
    .meta({ placeholder: 'changeme-64-hex-digits' })
    .messages({
      'string.pattern.base': '{{#label}} must be exactly 64 hexadecimal digits (32 bytes)',
      'secret.varied': '{{#label}} is not random',
    });
}

/** Exactly `true` or `false`: "yes", "1" and "TRUE" are refused, because half of the world reads them otherwise. */
export function flag(): Joi.BooleanSchema<boolean> {
  return Joi.boolean().sensitive();
}

export function integer(min: number, max: number): Joi.NumberSchema<number> {
  return Joi.number().integer().min(min).max(max);
}

export function oneOf<const T extends string>(...values: T[]): Joi.StringSchema<T> {
  return Joi.string<T>().valid(...values);
}

/**
 * An absolute URL of one of these schemes. Joi has a rule for that, which spends 25 ms of each start on its pattern.
 * @param example what the message shows, without anybody's secret
 */
export function url(schemes: readonly string[], example: string): Joi.StringSchema<string> {
  return Joi.string()
    .custom((value: string, helpers) => (isUrlOf(schemes, value) ? value : helpers.error('url.invalid')))
    .max(500)
    .messages({ 'url.invalid': `{{#label}} must be a URL such as ${example}` });
}

/** Where a server is. What stands behind `?` is refused: clients let it override every option, TLS above all. */
export function serverUrl(schemes: readonly string[], example: string): Joi.StringSchema<string> {
  return url(schemes, example)
    .custom((value: string, helpers) => (new URL(value).search === '' ? value : helpers.error('url.parameters')))
    .messages({ 'url.parameters': '{{#label}} must not have parameters: TLS and limits have variables of their own' });
}

function isUrlOf(schemes: readonly string[], value: string): boolean {
  if (/\s/.test(value) || !schemes.some((scheme) => value.startsWith(`${scheme}://`))) return false;
  try {
    const { username, password } = new URL(value);
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** A size such as `512kb`, `1mb` or a number of bytes, read as bytes. */
export function byteSize(min: string, max: string): Joi.AnySchema<number> {
  const [least = 0, most = 0] = [toBytes(min), toBytes(max)];
  return Joi.string()
    .custom((value: string, helpers) => {
      const bytes = toBytes(value);
      return bytes === undefined || bytes < least || bytes > most ? helpers.error('size.invalid') : bytes;
    })
    .messages({
      'size.invalid': `{{#label}} must be a size from ${min} to ${max}`,
    }) as unknown as Joi.AnySchema<number>;
}
