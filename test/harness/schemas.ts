import type { ResponseContract } from './contract.js';

/** Of JSON Schema, what the document of the API says. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly allOf?: readonly Schema[];
  readonly properties?: Record<string, Schema>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

/** A route, as the document of the API describes it. References are resolved, however deep. */
export interface Route {
  /** As people name it: `GET /v1/organizations` */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly access?: string;
  /** Why it shows rows of every organization, if it does */
  readonly across?: string;
  readonly body?: Schema;
  readonly parameters: readonly Parameter[];
  /** Schemas of the answers that are no problem, by status; undefined where there is no content */
  readonly answers: ReadonlyMap<number, Schema | undefined>;
}

type Content = Record<string, { readonly schema?: Schema }>;

interface Operation {
  readonly 'x-access'?: string;
  readonly 'x-across-organizations'?: string;
  readonly requestBody?: { readonly content: Content };
  readonly parameters?: readonly Parameter[];
  readonly responses: Record<string, { readonly content?: Content }>;
}

/** Every route of the document. */
export function routesOf(contract: ResponseContract): Route[] {
  const schemas = (contract.document.components?.schemas ?? {}) as Record<string, Schema>;
  const whole = (schema: Schema) => resolve(schemas, schema);
  return contract.operations().map(({ method, path, operation }) => {
    const described = operation as unknown as Operation;
    const body = jsonOf(described.requestBody?.content);
    const answers = Object.entries(described.responses)
      .filter(([status]) => status.startsWith('2'))
      .map(([status, { content }]) => {
        const schema = jsonOf(content);
        return [Number(status), schema && whole(schema)] as const;
      });
    return {
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      access: described['x-access'],
      across: described['x-across-organizations'],
      body: body && whole(body),
      parameters: (described.parameters ?? []).map((one) => ({ ...one, schema: whole(one.schema) })),
      answers: new Map(answers),
    };
  });
}

export const takesKey = ({ parameters }: Route): boolean =>
  parameters.some(({ in: place, name }) => place === 'header' && name === 'Idempotency-Key');

function jsonOf(content: Content | undefined): Schema | undefined {
  return content?.['application/json']?.schema;
}

/** One schema of what it refers to and what it is put together from; what contains itself is cut off. */
function resolve(schemas: Record<string, Schema>, schema: Schema, within: readonly string[] = []): Schema {
  const { $ref, allOf = [], ...own } = schema;
  const name = $ref?.split('/').at(-1);
  if (name !== undefined && within.includes(name)) return {};
  const inner = name === undefined ? within : [...within, name];
  const parts = [...(name === undefined ? [] : [schemas[name] ?? {}]), ...allOf];
  const whole = parts.map((part) => resolve(schemas, part, inner)).reduce(merge, own);
  return {
    ...whole,
    ...(whole.properties && {
      properties: Object.fromEntries(
        Object.entries(whole.properties).map(([property, value]) => [property, resolve(schemas, value, inner)]),
      ),
    }),
    ...(whole.items && { items: resolve(schemas, whole.items, inner) }),
  };
}

function merge(one: Schema, other: Schema): Schema {
  return {
    ...one,
    ...other,
    ...((one.properties ?? other.properties) && { properties: { ...one.properties, ...other.properties } }),
    ...((one.required ?? other.required) && { required: [...(one.required ?? []), ...(other.required ?? [])] }),
  };
}

// Beside an array, these make no other thing of the answer than a list.
const OF_PAGES = /^(page|limit|offset|total|count|size|links|meta|has|next|prev)|cursor/i;

/** A GET route that answers a bare array, or an object with nothing but an array and what tells of pages. */
export function isList({ method, answers }: Route): boolean {
  const { type, properties = {}, additionalProperties } = answers.get(200) ?? {};
  if (method !== 'GET' || !answers.get(200)) return false;
  // An object of which nothing is told may be a list as well.
  const isUntold = type === 'object' && Object.keys(properties).length === 0 && !additionalProperties;
  const others = Object.entries(properties).filter(([, property]) => property.type !== 'array');
  const isWrapped = others.length < Object.keys(properties).length && others.every(([name]) => OF_PAGES.test(name));
  return type === 'array' || isUntold || isWrapped;
}
