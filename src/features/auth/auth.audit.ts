import { defineAuditAction } from '../../core/audit/define-audit-action.js';

export const accountRegistered = defineAuditAction('account.registered');
export const sessionOpened = defineAuditAction('session.opened');
export const sessionOpenedOnNewDevice = defineAuditAction('session.opened-on-new-device');
/** There were too many: the oldest ended. */
export const sessionDisplaced = defineAuditAction('session.displaced');
export const otherSessionsEnded = defineAuditAction('session.others-ended');
export const sessionEnded = defineAuditAction('session.ended');
/** By whom is not known: the user is what it was tried on. */
export const signInFailed = defineAuditAction('sign-in.failed');
/** Somebody else has the token too, and the session ended with it. */
export const refreshTokenReused = defineAuditAction('refresh-token.reused');
export const emailChanged = defineAuditAction('email.changed');
export const emailVerified = defineAuditAction('email.verified');
export const passwordChanged = defineAuditAction('password.changed');
/** By a link that was mailed to them. */
export const passwordReset = defineAuditAction('password.reset');
/** Somebody signed in could not say the password once more. */
export const passwordRefused = defineAuditAction('password.refused');
/** The session works in another organization from now on: it stands in the log of that. */
export const sessionSwitched = defineAuditAction('session.switched');
export const organizationCreated = defineAuditAction('organization.created');
export const organizationRenamed = defineAuditAction('organization.renamed');
export const organizationEnded = defineAuditAction('organization.closed');
export const roleChanged = defineAuditAction('role.changed');
/** Somebody left, or was removed: the target is who. */
export const membershipEnded = defineAuditAction('membership.ended');
export const invitationSent = defineAuditAction('invitation.sent');
export const invitationRevoked = defineAuditAction('invitation.revoked');
export const invitationAccepted = defineAuditAction('invitation.accepted');
/** By an operator, on the command line. */
export const administratorCreated = defineAuditAction('administrator.created');
export const administratorPromoted = defineAuditAction('administrator.promoted');
export const apiKeyCreated = defineAuditAction('api-key.created');
/** By another one of the same, which is what the entry names */
export const apiKeyRotated = defineAuditAction('api-key.rotated');
export const apiKeyRevoked = defineAuditAction('api-key.revoked');
