import { defineEvent } from '../../core/events/define-event.js';
import { PaymentView } from './payment.dto.js';

/** What was paid for is settled. */
export const paymentSucceeded = defineEvent('payment.succeeded', PaymentView, { public: true });
/** Nobody paid in time, or what was paid for is not to be had: its status says which. */
export const paymentFailed = defineEvent('payment.failed', PaymentView, { public: true });
/** Money went back: `refunded` says how much in all. */
export const paymentRefunded = defineEvent('payment.refunded', PaymentView, { public: true });
/** The buyer has disputed it with their bank. */
export const paymentDisputed = defineEvent('payment.disputed', PaymentView, { public: true });
