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
