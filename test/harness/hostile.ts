import fc from 'fast-check';
import { sampleOf } from './samples.js';
import type { Route, Schema } from './schemas.js';

export const INJECTIONS = [
  `' OR 1=1--`,
  `{"$gt":""}`,
  `;drop table users`,
  `id;select pg_sleep(5)`,
  `'); SELECT pg_sleep(5); --`,
];
const POLLUTING = ['extra', '__proto__', 'constructor', 'prototype', 'toString'];

/** Whatever a client might send instead of what it should. */
const hostile = fc.oneof(
  fc.constantFrom<unknown>(null, '', ' ', '\0', '\ud800', -1, 0, 1e308, 2 ** 53, '1e309', [], {}, [[[[]]]], true),
  fc.constantFrom(...INJECTIONS),
  fc.string({ unit: 'binary', maxLength: 2_000 }),
  fc.string({ minLength: 600, maxLength: 5_000 }),
  fc.double(),
  fc.array(fc.string(), { maxLength: 200 }),
  fc.jsonValue({ maxDepth: 6 }),
  fc.constant(Array.from({ length: 200 }).reduce<unknown>((inner) => ({ inner }), 1)),
);

/** What may be said in a URL. */
const hostileText = hostile.map((value) =>
  typeof value === 'string' ? value.toWellFormed() : String(JSON.stringify(value)),
);

/** Bodies of which most break a rule; now and then a field is right, so that the fault in another one is what is found. */
export function hostileBody({ properties = {} }: Schema): fc.Arbitrary<unknown> {
  const shape = fc.record(arbitrariesOf(properties), { requiredKeys: [] });
  const withMore = fc
    .tuple(shape, fc.constantFrom(...POLLUTING), hostile)
    .map(([body, key, value]) => JSON.stringify({ ...body, PLACEHOLDER: value }).replace('PLACEHOLDER', key));
  const malformed = fc.constantFrom('{', '{"a":', 'null', '[]', '"text"', '1', '{"a":1}}', `[${'['.repeat(5_000)}`);
  return fc.oneof(
    { weight: 6, arbitrary: shape },
    { weight: 2, arbitrary: withMore },
    { weight: 1, arbitrary: malformed },
    { weight: 1, arbitrary: hostile },
  );
}

/** Queries of which each part may be right; a route is asked for what it does not know as well. */
export function hostileQuery({ parameters }: Route): fc.Arbitrary<string> {
  const known = parameters.filter((parameter) => parameter.in === 'query');
  const said = known.map(({ name, schema }) =>
    fc.tuple(fc.constant(name), fc.oneof(hostileText, right(schema).map(String))),
  );
  const more = fc.tuple(fc.constantFrom('extra', '__proto__', 'sort'), hostileText);
  return fc.array(fc.oneof(...said, more), { maxLength: 4 }).map((list) => new URLSearchParams(list).toString());
}

/** Paths of a route, some with something else in place of an id. */
export function hostilePath({ path }: Route, valid: string): fc.Arbitrary<string> {
  if (!path.includes('{')) return fc.constant(valid);
  const segment = hostileText.map((text) => encodeURIComponent(text.slice(0, 300)) || '%20');
  const wrong = fc
    .infiniteStream(segment)
    .map((segments) => path.replace(/\{\w+\}/g, () => String(segments.next().value)));
  return fc.oneof({ weight: 3, arbitrary: fc.constant(valid) }, { weight: 1, arbitrary: wrong });
}

function valueFor(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 2, arbitrary: right(schema) }, { weight: 1, arbitrary: hostile });
}

function right(schema: Schema): fc.Arbitrary<unknown> {
  const { enum: values, type, format, pattern, properties, items } = schema;
  const { minLength = 0, maxLength = 50, minimum = 0, maximum = 100, minItems = 0, maxItems = 10 } = schema;
  if (values) return fc.constantFrom(...values);
  if (properties)
    return fc.record(arbitrariesOf(properties), { requiredKeys: schema.required ? [...schema.required] : [] });
  if (type === 'array')
    return fc.array(valueFor(items ?? {}), { minLength: minItems, maxLength: Math.min(maxItems, 10) });
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer') return fc.integer({ min: minimum, max: maximum });
  if (type === 'number') return fc.double({ min: minimum, max: maximum, noNaN: true });
  if (format === 'uuid') return fc.uuid();
  // What only its format or its example can tell.
  if (format !== undefined || pattern !== undefined) return fc.constant(schema).map((one) => sampleOf(one));
  return fc.string({ minLength, maxLength, unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789') });
}

function arbitrariesOf(properties: Record<string, Schema>): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, valueFor(schema)]));
}
