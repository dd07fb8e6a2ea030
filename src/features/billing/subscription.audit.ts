import { defineAuditAction } from '../../core/audit/define-audit-action.js';

export const planCheckoutOpened = defineAuditAction('plan.checkout-opened');
/** By whoever has paid. */
export const planPaid = defineAuditAction('plan.paid');
/** The money went back to whoever had paid. */
export const planRefunded = defineAuditAction('plan.refunded');
export const subscriptionCancelled = defineAuditAction('subscription.cancelled');
