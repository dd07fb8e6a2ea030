import { Conflict, ValidationFailed } from '../../core/errors/core.errors.js';
import { defineError, Violates } from '../../core/errors/define-error.js';

export class UnknownScope extends defineError('invalid', 'UNKNOWN_SCOPE') {
  /** @param known what there is to choose from */
  constructor(unknown: readonly string[], known: readonly string[]) {
    super('There is no such scope.', { details: { unknown, known } });
  }
}

export class TooManyApiKeys extends defineError('conflict', 'TOO_MANY_API_KEYS') {
  constructor(most: number) {
    super(`You have ${most} API keys here already: revoke one first.`, { details: { most } });
  }
}

export class ApiKeyReplaced extends defineError('conflict', 'API_KEY_REPLACED') {
  constructor() {
    super('This API key was rotated already: rotate the one that took its place.');
  }
}

export const expiresInThePast = () =>
  new ValidationFailed([{ pointer: '#/expiresAt', code: 'isFuture', detail: 'expiresAt must be in the future' }]);

// Nobody draws the same 190 bits twice; whoever did would try again.
Violates('api_keys_hash_key')(Conflict);
