import { defineAuditAction } from '../audit/define-audit-action.js';

export const jobBegun = defineAuditAction('job.begun');
export const jobCancelled = defineAuditAction('job.cancelled');
