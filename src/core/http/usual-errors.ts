/**
 * Codes that the document adds to a route by itself, for what the route is. The lint rule `aerie/documented-errors`
 * reads them from here too.
 */
export const EVERYWHERE = [
  'CREDENTIALS_IN_URL',
  'REQUEST_INCOMPLETE',
  'HEADERS_TOO_LARGE',
  'METHOD_NOT_ALLOWED',
  'RATE_LIMITED',
  'INTERNAL',
  'DEPENDENCY_UNAVAILABLE',
  'REQUEST_TIMEOUT',
];
export const WITH_INPUT = ['VALIDATION_FAILED', 'MALFORMED_REQUEST'];
export const WITH_CHANGE = ['CONFLICT'];
export const WITH_KEY = ['IDEMPOTENCY_KEY_REQUIRED', 'IDEMPOTENCY_IN_PROGRESS', 'IDEMPOTENCY_MISMATCH'];
export const WITH_BODY = ['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'];
export const WITH_ACTOR = [
  'UNAUTHENTICATED',
  'TOKEN_EXPIRED',
  'TOKEN_INVALID',
  'SESSION_ENDED',
  'API_KEY_INVALID',
  'FORBIDDEN',
];
export const WITH_SCOPE = ['INSUFFICIENT_SCOPE'];
export const WITH_SESSION = ['SESSION_REQUIRED'];
export const WITH_VERIFIED_EMAIL = ['EMAIL_NOT_VERIFIED'];
