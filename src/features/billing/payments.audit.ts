import { defineAuditAction } from '../../core/audit/define-audit-action.js';

export const paymentOpened = defineAuditAction('payment.opened');
export const refundRequested = defineAuditAction('refund.requested');
