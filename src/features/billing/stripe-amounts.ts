import type { Money } from '../../core/payments/payables.js';
import { demandPayable } from './payable-amounts.js';
import { AmountNotPayable } from './payment-provider.errors.js';

/** Units of Stripe in one minor unit of ISO 4217, where it is not one (docs.stripe.com/currencies, "special cases"). */
const MORE = new Map([
  ['ISK', 100],
  ['UGX', 100],
]);
/** Minor units of ISO 4217 in one unit of Stripe, for which the ariary has no cents. */
const FEWER = new Map([['MGA', 100]]);

/** As Stripe writes an amount. @throws {AmountNotPayable} */
export function toStripe(money: Money): { amount: number; currency: string } {
  demandPayable(money);
  const { amount, currency } = money;
  const fewer = FEWER.get(currency) ?? 1;
  if (amount % fewer !== 0) throw new AmountNotPayable(money, fewer);
  return { amount: (amount / fewer) * (MORE.get(currency) ?? 1), currency: currency.toLowerCase() };
}

/** As we write what Stripe says. */
export function fromStripe(amount: number, stripeCurrency: string): Money {
  const currency = stripeCurrency.toUpperCase();
  // Of what was charged beside us, a fraction may be left: it is not made into more than it is.
  return { amount: Math.floor((amount * (FEWER.get(currency) ?? 1)) / (MORE.get(currency) ?? 1)), currency };
}
