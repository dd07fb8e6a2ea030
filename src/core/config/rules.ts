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
