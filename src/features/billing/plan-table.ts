import Joi from 'joi';
import { isCurrency } from '../../core/payments/currency.js';

/** A plan, as the configuration says it. */
export interface Plan {
  /** What it is called in the API and in the database: never renamed while somebody is on it */
  readonly name: string;
  readonly title: string;
  /** Of a month, in minor units of the currency; 0 of the one that everybody is on who pays for none */
  readonly price: number;
  /** ISO 4217 */
  readonly currency: string;
  /** Requests that each caller has in a minute, by group of routes */
  readonly requestsPerMinute: Readonly<Record<string, number>>;
  /** What is included in a calendar month (UTC), by metric */
  readonly included: Readonly<Record<string, number>>;
}

/** What the table says unless somebody says otherwise. */
export const USUAL_PLANS: readonly Plan[] = [
  plan('free', 'Free', 0, 3, 150),
  plan('freelance', 'Freelance', 1_900, 10, 2_500),
  plan('business', 'Business', 7_900, 50, 25_000),
];

export const MOST_PLANS = 20;
export const MOST_LIMITS = 50;
const LONGEST_TABLE = 20_000;

const name = Joi.string()
  .pattern(/^[a-z][a-z0-9-]*$/)
  .max(30)
  .messages({ 'string.pattern.base': '{{#label}} must be lower case letters, digits and hyphens, a letter first' });
const limits = (least: number) =>
  Joi.object().pattern(name, Joi.number().strict().integer().min(least)).max(MOST_LIMITS).required();
const currency = Joi.string()
  .custom((value: string, helpers) => (isCurrency(value) ? value : helpers.error('currency.unknown')))
  .messages({ 'currency.unknown': '{{#label}} must be a currency of ISO 4217, such as EUR' });

const PLAN = Joi.object<Plan>({
  name: name.required(),
  title: Joi.string().trim().max(60).required(),
  price: Joi.number().strict().integer().min(0).required(),
  currency: currency.required(),
  requestsPerMinute: limits(1),
  included: limits(0),
});

const TABLE = Joi.array<Plan[]>().items(PLAN).min(1).max(MOST_PLANS).unique('name').custom(together).messages({
  'array.unique': '{{#label}} has the name of another plan',
  'plans.free': 'exactly one plan must have the price 0, and be the first: it is the one of those who pay for none',
  'plans.limits': '[{{#place}}].{{#field}} must name the same as in the first plan: {{#names}}',
});

/** The table as JSON: from the least plan to the most, so that it is known what is an upgrade. */
export function planTable(): Joi.StringSchema<string> {
  return Joi.string()
    .max(LONGEST_TABLE)
    .custom((text: string, helpers) => {
      const { error } = TABLE.validate(parsed(text), { errors: { wrap: { label: false } }, convert: false });
      return error === undefined ? text : helpers.error('plans.wrong', { fault: error.message });
    })
    .messages({ 'plans.wrong': '{{#label}} is wrong: {{#fault}}' });
}

/** What each of them knows must be known of all: a metric that one plan forgets would have no limit there. */
function together(plans: readonly Plan[], helpers: Joi.CustomHelpers): readonly Plan[] | Joi.ErrorReport {
  const [first] = plans;
  if (first?.price !== 0 || plans.filter(({ price }) => price === 0).length > 1) return helpers.error('plans.free');
  for (const field of ['requestsPerMinute', 'included'] as const) {
    const names = namesIn(first[field]);
    const place = plans.findIndex((plan) => namesIn(plan[field]) !== names);
    if (place >= 0) return helpers.error('plans.limits', { place, field, names: names || 'none' });
  }
  return plans;
}

const namesIn = (limits: object): string => Object.keys(limits).sort().join(', ');

/** What is no JSON is no list either, and is told so. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return 'no JSON';
  }
}

function plan(name: string, title: string, price: number, expensive: number, exports: number): Plan {
  return { name, title, price, currency: 'EUR', requestsPerMinute: { expensive }, included: { exports } };
}
