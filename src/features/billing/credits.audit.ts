import { defineAuditAction } from '../../core/audit/define-audit-action.js';

/** By an administrator, in the log of the organization that got them. */
export const creditsWereGranted = defineAuditAction('credits.granted');
export const creditsWereOrdered = defineAuditAction('credits.ordered');
