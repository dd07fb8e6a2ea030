import type { Money } from '../../core/payments/payables.js';

/** @returns how many digits the minor unit of a currency has (ISO 4217): 2 of EUR, 0 of JPY, 3 of KWD */
export function exponentOf(currency: string): number {
  return formatOf(currency).resolvedOptions().maximumFractionDigits ?? 2;
}

/** For people: `€19.00`. Never by way of a fraction, which would round. */
export function inMoney({ amount, currency }: Money): string {
  const exponent = exponentOf(currency);
  const digits = String(amount).padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const decimal = exponent === 0 ? whole : `${whole}.${digits.slice(-exponent)}`;
  return formatOf(currency).format(decimal as Intl.StringNumericLiteral);
}

const formatOf = (currency: string) => new Intl.NumberFormat('en', { style: 'currency', currency });
