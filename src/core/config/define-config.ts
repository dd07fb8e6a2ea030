import { registerAs } from '@nestjs/config';
import type Joi from 'joi';
import { givenTo, readEnvironment, schemaOf } from './environment-reader.js';
import type { Variable } from './variable.js';

type Variables = Record<string, Variable<unknown>>;
type Values<V extends Variables> = { readonly [K in keyof V]: V[K] extends Variable<infer T> ? T : never };

const namespaces = new Map<string, Variables>();

/**
 * Declares a typed namespace of configuration, to be injected by its `KEY`. Declaring is all that is needed:
 * the boot validates every namespace that was imported, in one go.
 */
export function defineConfig<const V extends Variables>(namespace: string, variables: V) {
  if (namespaces.has(namespace)) throw new Error(`Configuration namespace "${namespace}" is declared twice.`);
  namespaces.set(namespace, variables);
  return registerAs<Values<V>, () => Values<V>>(namespace, () => {
    const values = currentValues();
    return Object.fromEntries(
      Object.entries(variables).map(([key, variable]) => [key, values[variable.name]]),
    ) as Values<V>;
  });
}

let read: { readonly given: string; readonly values: Record<string, unknown> } | undefined;

/** Every namespace asks, and the environment seldom changes in between: it is validated once. */
function currentValues(): Record<string, unknown> {
  const variables = declaredVariables();
  const given = givenTo(variables);
  if (read?.given !== given) read = { given, values: readEnvironment(variables) };
  return read.values;
}

/** Every variable that the imported modules declare. */
export function declaredVariables(): Variable<unknown>[] {
  return [...namespaces.values()].flatMap((variables) => Object.values(variables));
}

/** The declared namespaces in the order of their import, for what is generated from them. */
export function declaredNamespaces(): ReadonlyMap<string, Variables> {
  return namespaces;
}

/** The rules of every declared variable, for what is generated from them. */
export function configurationSchema(): Joi.ObjectSchema {
  return schemaOf(declaredVariables());
}

/** @throws {InvalidConfiguration} naming every missing or invalid variable at once, before any module is made. */
export function validateConfiguration(): void {
  currentValues();
}
