import type { Money } from '../../core/payments/payables.js';
import { AmountNotPayable } from './payment-provider.errors.js';

/** Three decimals on paper, two at the networks: both providers want the last digit to be 0. */
const THREE_DECIMALS = new Set(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND']);

/**
 * For whoever is about to ask for money, or to give some back.
 * @throws {AmountNotPayable} if nobody can pay this amount, or not in this currency
 */
export function demandPayable(money: Money): void {
  const multipleOf = THREE_DECIMALS.has(money.currency) ? 10 : 1;
  if (money.amount < 1 || !Number.isSafeInteger(money.amount / multipleOf)) {
    throw new AmountNotPayable(money, multipleOf);
  }
}
