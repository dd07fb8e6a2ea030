import type { ResponseContract } from './contract.js';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly allOf?: readonly Schema[];
  readonly properties?: Record<string, Schema>;
  readonly additionalProperties?: unknown;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly default?: unknown;
}

/** A route that answers a list, by what the document says of it. */
export interface List {
  /** As people name it: `GET /v1/organizations` */
  readonly route: string;
  readonly path: string;
  readonly query: ReadonlyMap<string, Schema>;
  /** Of status 200; references are resolved, also those of its properties */
  readonly answer: Schema;
}

// Beside an array, these make no other thing of the answer than a list.
const OF_PAGES = /^(page|limit|offset|total|count|size|links|meta|has|next|prev)|cursor/i;

/** Every GET route that answers a bare array, or an object with nothing but an array and what tells of pages. */
export function listsOf(contract: ResponseContract): List[] {
  const schemas = (contract.document.components?.schemas ?? {}) as Record<string, Schema>;
  return contract.operations().flatMap(({ method, path, operation }) => {
    const answer = resolve(schemas, schemaOf(operation.responses['200']));
    if (method !== 'get' || !isList(answer)) return [];
    const parameters = (operation.parameters ?? []) as { name: string; in: string; schema: Schema }[];
    const query = new Map(parameters.filter((at) => at.in === 'query').map(({ name, schema }) => [name, schema]));
    return [{ route: `GET ${path}`, path, query, answer }];
  });
}

function schemaOf(response: unknown): Schema {
  const { content } = (response ?? {}) as { content?: Record<string, { schema?: Schema }> };
  return content?.['application/json']?.schema ?? {};
}

function isList({ type, properties = {}, additionalProperties }: Schema): boolean {
  // An object of which nothing is told may be a list as well.
  const isUntold = type === 'object' && Object.keys(properties).length === 0 && !additionalProperties;
  const others = Object.entries(properties).filter(([, property]) => property.type !== 'array');
  const isWrapped = others.length < Object.keys(properties).length && others.every(([name]) => OF_PAGES.test(name));
  return type === 'array' || isUntold || isWrapped;
}

function resolve(schemas: Record<string, Schema>, schema: Schema): Schema {
  const whole = flat(schemas, schema);
  const properties = Object.entries(whole.properties ?? {}).map(([name, value]) => [name, flat(schemas, value)]);
  return { ...whole, properties: Object.fromEntries(properties) as Record<string, Schema> };
}

/** One schema of what it refers to and what it is put together from. */
function flat(schemas: Record<string, Schema>, { $ref, allOf = [], ...own }: Schema): Schema {
  const parts = [...($ref === undefined ? [] : [schemas[$ref.split('/').at(-1) ?? ''] ?? {}]), ...allOf];
  return parts.reduce<Schema>((whole, part) => {
    const { properties, required = [], ...rest } = flat(schemas, part);
    return {
      ...whole,
      ...rest,
      properties: { ...whole.properties, ...properties },
      required: [...(whole.required ?? []), ...required],
    };
  }, own);
}
