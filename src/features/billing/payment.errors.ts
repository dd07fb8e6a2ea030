import { defineError, Violates } from '../../core/errors/define-error.js';

@Violates('payments_one_open_key')
export class PaymentAlreadyOpen extends defineError('conflict', 'PAYMENT_ALREADY_OPEN') {
  constructor() {
    super('A payment for this waits already: ask for it again.');
  }
}

/** Its time is over, and whether somebody has paid it at the last moment is being asked. */
export class PaymentEnding extends defineError('conflict', 'PAYMENT_ENDING') {
  constructor() {
    super('The payment for this is about to end: ask again in a minute.', { retryAfter: 60 });
  }
}

export class CheckoutEnded extends defineError('conflict', 'CHECKOUT_ENDED') {
  constructor(status: string) {
    super('This can no longer be paid. Ask for it again.', { details: { status } });
  }
}

export class PaymentNotPaid extends defineError('conflict', 'PAYMENT_NOT_PAID') {
  constructor() {
    super('Nobody has paid this, so nothing can go back.');
  }
}

export class RefundExceedsPayment extends defineError('conflict', 'REFUND_EXCEEDS_PAYMENT') {
  /** @param refundable in minor units */
  constructor(refundable: number) {
    super('This is more than what is left of the payment.', { details: { refundable } });
  }
}

@Violates('payment_refunds_one_of_reference_key')
export class RefundAlreadyRequested extends defineError('conflict', 'REFUND_ALREADY_REQUESTED') {
  constructor() {
    super('This refund has been asked for already.');
  }
}
