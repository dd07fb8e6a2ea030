import { defineError, Violates } from '../../core/errors/define-error.js';

export class PlanIsFree extends defineError('conflict', 'PLAN_IS_FREE') {
  constructor() {
    super('This plan costs nothing: it holds by itself when the paid time of another one is over.');
  }
}

@Violates('subscription_periods_one_open')
export class PlanCheckoutBusy extends defineError('conflict', 'PLAN_CHECKOUT_BUSY') {
  constructor() {
    super('Somebody else of the organization is paying for this plan at this moment: try again.', { retryAfter: 1 });
  }
}
