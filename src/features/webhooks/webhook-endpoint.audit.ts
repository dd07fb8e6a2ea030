import { defineAuditAction } from '../../core/audit/define-audit-action.js';

export const webhookEndpointCreated = defineAuditAction('webhook-endpoint.created');
export const webhookEndpointChanged = defineAuditAction('webhook-endpoint.changed');
export const webhookEndpointDeleted = defineAuditAction('webhook-endpoint.deleted');
export const webhookSecretRotated = defineAuditAction('webhook-endpoint.secret-rotated');
/** By nobody: its receiver is gone, or has failed for days */
export const webhookEndpointGivenUp = defineAuditAction('webhook-endpoint.given-up');
export const webhookReplayed = defineAuditAction('webhook-delivery.replayed');
