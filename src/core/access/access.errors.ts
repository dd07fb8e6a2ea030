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
