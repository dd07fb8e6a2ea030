import { randomBytes, randomUUID } from 'node:crypto';
import type { Schema } from './schemas.js';

/** Something usual, or the least or the most that a schema allows. */
export type Size = 'usual' | 'least' | 'most';

const A_DAY_MS = 86_400_000;

const FORMATS: Record<string, (days: number) => string> = {
  uuid: () => randomUUID(),
  email: () => `${randomText(12)}@example.org`,
  'date-time': (days) => new Date(Date.now() + days * A_DAY_MS).toISOString(),
  date: (days) => new Date(Date.now() + days * A_DAY_MS).toISOString().slice(0, 10),
  uri: () => `https://example.org/${randomText(8)}`,
};

/**
 * A value that a schema allows, another one each time, so that nothing is taken already.
 * @param days how far ahead a time is
 * @throws Error if only people can know what it looks like
 */
export function sampleOf(schema: Schema, size: Size = 'usual', days = 1): unknown {
  const { enum: values, type, format, pattern, example, properties, items } = schema;
  if (values) return size === 'most' ? values.at(-1) : values[0];
  if (properties) return sampleOfObject(schema, size);
  switch (type) {
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return numberOf(schema, size);
    case 'array':
      return Array.from({ length: lengthOf(schema, size) }, () => sampleOf(items ?? {}, size));
    case 'string': {
      const known = format === undefined ? undefined : FORMATS[format];
      if (known) return known(days);
      if (format === undefined && pattern === undefined) return textOf(schema, size);
      if (example !== undefined) return example;
      throw new Error(`a text of ${format ? `format ${format}` : `pattern ${pattern}`} needs an example in its DTO`);
    }
    default:
      return {};
  }
}

/** What is said first is sooner, as a start is than its end. */
function sampleOfObject({ properties = {} }: Schema, size: Size): object {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema], place) => [name, sampleOf(schema, size, place + 1)]),
  );
}

function numberOf({ minimum = 0, maximum = 100, default: preset }: Schema, size: Size): number {
  if (size === 'most') return maximum;
  if (size === 'least') return minimum;
  return typeof preset === 'number' ? preset : Math.min(maximum, Math.max(minimum, 1));
}

function lengthOf({ minItems = 0, maxItems = 1 }: Schema, size: Size): number {
  if (size === 'most') return maxItems;
  return size === 'least' ? minItems : Math.min(maxItems, Math.max(minItems, 1));
}

function textOf({ minLength = 0, maxLength = 20 }: Schema, size: Size): string {
  if (size === 'most') return randomText(maxLength);
  return randomText(size === 'least' ? minLength : Math.min(maxLength, Math.max(minLength, 20)));
}

const randomText = (length: number): string => randomBytes(length).toString('hex').slice(0, length);
