import { defineError } from '../errors/define-error.js';

export class Unauthenticated extends defineError('unauthenticated', 'UNAUTHENTICATED') {
  constructor() {
    super('This needs you to sign in.');
  }
}

export class Forbidden extends defineError('forbidden', 'FORBIDDEN') {
  constructor() {
    super('Your role does not allow this.');
  }
}

export class EmailNotVerified extends defineError('forbidden', 'EMAIL_NOT_VERIFIED') {
  constructor() {
    super('Verify your e-mail address first, by the link that was mailed to you.');
  }
}

export class InsufficientScope extends defineError('forbidden', 'INSUFFICIENT_SCOPE') {
  constructor(scope: string) {
    super(`The API key lacks the scope ${scope}.`, { details: { scope } });
  }
}

export class SessionRequired extends defineError('forbidden', 'SESSION_REQUIRED') {
  constructor() {
    super('This needs somebody who signed in, and no API key.');
  }
}

export class TokenExpired extends defineError('unauthenticated', 'TOKEN_EXPIRED') {
  constructor() {
    super('The access token has expired: refresh it.');
  }
}

export class TokenInvalid extends defineError('unauthenticated', 'TOKEN_INVALID') {
  constructor() {
    super('The token is not valid.');
  }
}

export class SessionEnded extends defineError('unauthenticated', 'SESSION_ENDED') {
  constructor() {
    super('This session has ended: sign in again.');
  }
}

/** Deliberately the same for a key that never was, one that is no more, and one whose owner may not come in. */
export class ApiKeyInvalid extends defineError('unauthenticated', 'API_KEY_INVALID') {
  constructor() {
    super('The API key is not valid.');
  }
}
