import type Joi from 'joi';

/** One environment variable: its name, the rule it must satisfy, and a sentence for `.env.example`. */
export interface Variable<T> {
  readonly name: string;
  readonly rule: Joi.AnySchema<T>;
  readonly comment: string;
  /** A secret has no default, may come from the file named in `NAME_FILE`, and differs from every other secret. */
  readonly secret: boolean;
}

/** Declares a variable. The type of its value follows from the rule. */
export function env<T>(name: string, rule: Joi.AnySchema<T>, comment: string): Variable<T> {
  return { name, rule, comment, secret: false };
}

/** Declares a variable that may be missing. */
export function optionalEnv<T>(name: string, rule: Joi.AnySchema<T>, comment: string): Variable<T | undefined> {
  return { name, rule: rule.optional(), comment, secret: false };
}

/** Declares a secret. */
export function secretEnv<T>(name: string, rule: Joi.AnySchema<T>, comment: string): Variable<T> {
  return { name, rule, comment, secret: true };
}
