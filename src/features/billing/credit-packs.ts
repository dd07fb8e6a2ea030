import Joi from 'joi';
import { isCurrency } from '../../core/payments/currency.js';
import type { Money } from '../../core/payments/payables.js';

/** Credits, and what they cost. */
export interface CreditPack extends Money {
  readonly name: string;
  readonly credits: number;
}

export const DEFAULT_PACKS = 'small=100:500:EUR,medium=500:2000:EUR,large=2000:6000:EUR';

const MOST_PACKS = 20;
const PACK = /^(?<name>[a-z][a-z0-9-]{0,49})=(?<credits>[1-9]\d{0,8}):(?<amount>[1-9]\d{0,11}):(?<currency>[A-Z]{3})$/;

/** A rule for `small=100:500:EUR,large=1000:4000:EUR`. */
export function creditPacks(): Joi.StringSchema<string> {
  return Joi.string()
    .max(2_000)
    .custom((text: string, helpers) => (fault(text) ? helpers.error('packs.invalid', { fault: fault(text) }) : text))
    .messages({
      'packs.invalid': '{{#label}} {{#fault}}; write name=credits:price:currency, such as small=100:500:EUR',
    });
}

/** Of a text that keeps the rule. */
export function readPacks(text: string): CreditPack[] {
  return text.split(',').flatMap((pack) => {
    const { name = '', credits, amount, currency = '' } = PACK.exec(pack)?.groups ?? {};
    return { name, credits: Number(credits), amount: Number(amount), currency };
  });
}

function fault(text: string): string | undefined {
  const packs = text.split(',');
  const broken = packs.find((pack) => !PACK.test(pack));
  if (broken !== undefined) return `has a pack that cannot be read: ${broken}`;
  if (packs.length > MOST_PACKS) return `has more than ${MOST_PACKS} packs`;
  const names = new Set(readPacks(text).map(({ name }) => name));
  if (names.size < packs.length) return 'has a name twice';
  const unknown = readPacks(text).find(({ currency }) => !isCurrency(currency));
  return unknown && `has a currency that ISO 4217 does not know: ${unknown.currency}`;
}
