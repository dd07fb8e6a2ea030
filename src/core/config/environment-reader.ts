import { readFileSync } from 'node:fs';
import Joi from 'joi';
import type { Variable } from './variable.js';

/** Says which variables are wrong and why, never what they hold. */
export class InvalidConfiguration extends Error {
  constructor(readonly problems: readonly string[]) {
    super(['The configuration is not valid:', ...problems.map((problem) => `  - ${problem}`)].join('\n'));
  }
}

type Environment = Record<string, string | undefined>;

const MESSAGES = {
  'any.required': '{{#label}} is required',
  'string.base': '{{#label}} must be text',
  // Joi's own text would quote the value.
  'string.pattern.base': '{{#label}} does not have the required form',
  'string.pattern.name': '{{#label}} must be {{#name}}',
};

/** @returns the validated value of each variable by its name. @throws {InvalidConfiguration} */
export function readEnvironment(
  variables: readonly Variable<unknown>[],
  environment: Environment = process.env,
): Record<string, unknown> {
  const problems: string[] = [];
  const given = Object.fromEntries(
    variables.map((variable) => [variable.name, readOne(variable, environment, problems)]),
  );
  const result = schemaOf(variables).validate(given, {
    abortEarly: false,
    errors: { wrap: { label: false } },
    messages: MESSAGES,
  });
  const alreadyNamed = (name: unknown) => problems.some((problem) => problem.startsWith(`${String(name)} `));
  for (const detail of result.error?.details ?? []) if (!alreadyNamed(detail.path[0])) problems.push(detail.message);
  problems.push(...equalSecrets(variables, given));
  if (problems.length > 0) throw new InvalidConfiguration(problems);
  return result.value as Record<string, unknown>;
}

/** What the environment says to these variables, as one text to compare; a file may say something else each time. */
export function givenTo(variables: readonly Variable<unknown>[], environment: Environment = process.env): string {
  return JSON.stringify(
    variables.map(({ name, secret }) => {
      const file = secret ? environment[`${name}_FILE`] : undefined;
      return [name, environment[name], file && `${file} ${performance.now()}`];
    }),
  );
}

/** The rules of all variables together, so that one may depend on another. */
export function schemaOf(variables: readonly Variable<unknown>[]): Joi.ObjectSchema {
  return Joi.object(Object.fromEntries(variables.map(({ name, rule }) => [name, rule])));
}

/** An empty variable counts as missing: that is what `NAME=` in an env file means to people. */
function readOne(variable: Variable<unknown>, environment: Environment, problems: string[]): string | undefined {
  const { name, secret } = variable;
  const value = environment[name] || undefined;
  const file = secret ? environment[`${name}_FILE`] || undefined : undefined;
  if (file === undefined) return value;
  if (value !== undefined) {
    problems.push(`${name} and ${name}_FILE are both set: keep one`);
    return value;
  }
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    problems.push(`${name} cannot be read from the file that ${name}_FILE names`);
    return undefined;
  }
}

function equalSecrets(variables: readonly Variable<unknown>[], given: Environment): string[] {
  const seen = new Map<string, string>();
  const problems: string[] = [];
  for (const { name, secret } of variables) {
    const value = given[name];
    if (!secret || value === undefined) continue;
    // In whatever case: hexadecimal keys that differ in it alone are one key.
    const twin = seen.get(value.toLowerCase());
    if (twin !== undefined) problems.push(`${name} must differ from ${twin}`);
    seen.set(value.toLowerCase(), name);
  }
  return problems;
}
