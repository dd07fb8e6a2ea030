import type Joi from 'joi';

/** One environment variable: its name, the rule it must satisfy, and a sentence for `.env.example`. */
export interface Variable<T> {
  readonly name: string;
  readonly rule: Joi.AnySchema<T>;
  readonly comment: string;
  /** A secret has no default, may come from the file named in `NAME_FILE`, and differs from every other secret. */
  readonly secret: boolean;
}

const SECRET = /(SECRET|PASSWORD|PASSWD|PASSPHRASE|PASS|TOKEN|CREDENTIALS?|(^|_)(API)?KEY)(_(PREVIOUS|OLD|\d+))?$/;
const PUBLIC = /PUBLI(C|SHABLE)_KEY$/;

/** Declares a variable. The type of its value follows from the rule. */
export function env<T>(name: string, rule: Joi.AnySchema<T>, comment: string): Variable<T> {
  if (SECRET.test(name) && !PUBLIC.test(name)) {
    throw new Error(`${name} looks like a secret: declare it with secretEnv, which knows no default.`);
  }
  return { name, rule, comment, secret: false };
}

/** Declares a variable that may be missing. */
export function optionalEnv<T>(name: string, rule: Joi.AnySchema<T>, comment: string): Variable<T | undefined> {
  return env<T | undefined>(name, rule.optional(), comment);
}

/** Declares a secret. */
export function secretEnv<T>(name: string, rule: Joi.AnySchema<T>, comment: string): Variable<T> {
  if (hasDefault(rule.describe())) throw new Error(`${name} is a secret: its rule must not have a default.`);
  return { name, rule, comment, secret: true };
}

/** Declares a secret that may be missing. */
export function optionalSecretEnv<T>(name: string, rule: Joi.AnySchema<T>, comment: string): Variable<T | undefined> {
  return secretEnv<T | undefined>(name, rule.optional(), comment);
}

/** Of its own, or in a branch of `when`. */
function hasDefault(described: unknown): boolean {
  if (typeof described !== 'object' || described === null) return false;
  const { flags = {} } = described as { flags?: object };
  return 'default' in flags || 'failover' in flags || Object.values(described).some(hasDefault);
}
