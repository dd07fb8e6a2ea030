import { defineAuditAction } from '../../core/audit/define-audit-action.js';

export const eventCreatedAudited = defineAuditAction('event.created');
export const eventChangedAudited = defineAuditAction('event.changed');
export const eventPublishedAudited = defineAuditAction('event.published');
export const eventCancelledAudited = defineAuditAction('event.cancelled');
export const bookingCreatedAudited = defineAuditAction('booking.created');
export const bookingCancelledAudited = defineAuditAction('booking.cancelled');
export const bookingsExported = defineAuditAction('bookings.exported');
export const ticketCheckedIn = defineAuditAction('ticket.checked-in');
