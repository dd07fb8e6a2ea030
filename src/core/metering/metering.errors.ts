import { defineError } from '../errors/define-error.js';

export class InsufficientCredits extends defineError('payment_required', 'INSUFFICIENT_CREDITS') {
  constructor(required: number, available: number) {
    super(`This costs ${required} credits, and there are ${available}.`, { details: { required, available } });
  }
}
