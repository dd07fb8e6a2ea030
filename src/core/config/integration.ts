import Joi from 'joi';
import { flag } from './rules.js';
import { env, type Variable } from './variable.js';

/** Whether an integration is used. Off unless somebody says so: then its credentials are required, and not before. */
export function enabledFlag(name: `${string}_ENABLED`, comment: string): Variable<boolean> {
  return env(name, flag().default(false), comment);
}

/** A rule for what the integration cannot do without: required if it is on, optional if it is off. */
export function requiredWhen<T>(flagName: `${string}_ENABLED`, rule: Joi.AnySchema<T>): Joi.AnySchema<T> {
  return rule.when(flagName, { is: true, then: Joi.required(), otherwise: Joi.optional() });
}
