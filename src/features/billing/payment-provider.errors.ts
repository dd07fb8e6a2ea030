import type { Money } from '../../core/payments/payables.js';
import { defineError } from '../../core/errors/define-error.js';

/** Card networks know no such fraction of this currency. */
export class AmountNotPayable extends defineError('invalid', 'AMOUNT_NOT_PAYABLE') {
  constructor({ amount, currency }: Money, multipleOf: number) {
    super(`An amount of ${currency} must be a whole multiple of ${multipleOf} of its minor units.`, {
      details: { amount, currency, multipleOf },
    });
  }
}

/** The provider does not give this money back, however often it is asked: more than is left, or it is disputed. */
export class RefundRefused extends Error {}
