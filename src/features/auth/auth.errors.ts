import { defineError } from '../../core/errors/define-error.js';

/** Deliberately the same for an unknown address and a wrong password. */
export class InvalidCredentials extends defineError('unauthenticated', 'INVALID_CREDENTIALS') {
  constructor() {
    super('The e-mail address or the password is wrong.');
  }
}

/** Told to nobody who does not know the password. */
export class AccountSuspended extends defineError('forbidden', 'ACCOUNT_SUSPENDED') {
  constructor() {
    super('This account is suspended.');
  }
}

export class RefreshReused extends defineError('unauthenticated', 'REFRESH_REUSED') {
  constructor() {
    super('This refresh token was used before: sign in again.');
  }
}

export class RefreshInProgress extends defineError('conflict', 'REFRESH_IN_PROGRESS') {
  constructor() {
    super('Another request is refreshing this token: use its answer.');
  }
}

/** Deliberately the same for a token that is unknown, used, expired or somebody else's. */
export class LinkInvalid extends defineError('invalid', 'LINK_INVALID') {
  constructor() {
    super('This link is not valid, or not any more.');
  }
}
