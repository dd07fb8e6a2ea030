import type { Description, ObjectSchema } from 'joi';

interface Variable {
  readonly name: string;
  readonly rule: { describe(): Description };
  readonly comment: string;
  readonly secret: boolean;
}
export type Namespaces = ReadonlyMap<string, Record<string, Variable>>;

const HEADER = `# Every variable that Aerie reads, made by "npm run sync" from the code that declares them.
# npm start needs none of this: it makes an .env with fresh secrets. An empty value counts as missing.
# A secret may also come from a file: set NAME_FILE to its path instead of NAME.
`;

/** Renders .env.example: each variable with what it is for, whether it is required, and its default. */
export function renderEnvExample(namespaces: Namespaces, schema: ObjectSchema): string {
  const defaults = read(schema, 'development').values;
  const required = { always: read(schema, 'development').missing, production: read(schema, 'production').missing };
  const sections = [...namespaces].map(([namespace, variables]) => {
    const entries = Object.values(variables).map((variable) => entry(variable, defaults, required));
    return `\n# ${namespace}\n\n${entries.join('\n')}`;
  });
  return HEADER + sections.join('');
}

function entry(
  { name, rule, comment, secret }: Variable,
  defaults: Record<string, unknown>,
  required: { always: Set<string>; production: Set<string> },
): string {
  const isRequired = required.always.has(name);
  const need = isRequired ? 'required' : required.production.has(name) ? 'required in production' : 'optional';
  const note = secret ? `${need}, secret` : need;
  return `# ${comment} (${note})\n${name}=${isRequired ? placeholderOf(rule.describe()) : written(defaults[name])}\n`;
}

function placeholderOf({ metas }: Description): string {
  const [meta] = (metas ?? []) as { placeholder?: string }[];
  return meta?.placeholder ?? '';
}

function written(value: unknown): string {
  return [(value ?? '') as string | string[]].flat().join(',');
}

function read(schema: ObjectSchema, environment: string): { values: Record<string, unknown>; missing: Set<string> } {
  const result = schema.validate({ NODE_ENV: environment }, { abortEarly: false });
  const missing = (result.error?.details ?? [])
    .filter(({ type }) => type === 'any.required')
    .map(({ path }) => String(path[0]));
  return { values: result.value as Record<string, unknown>, missing: new Set(missing) };
}
