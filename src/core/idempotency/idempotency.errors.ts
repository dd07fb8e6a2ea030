import { ValidationFailed } from '../errors/core.errors.js';
import { defineError } from '../errors/define-error.js';

export class IdempotencyKeyRequired extends defineError('invalid', 'IDEMPOTENCY_KEY_REQUIRED') {
  constructor() {
    super('This needs an Idempotency-Key header, so that sending it twice does it once.');
  }
}

export class IdempotencyInProgress extends defineError('conflict', 'IDEMPOTENCY_IN_PROGRESS') {
  constructor(cause?: unknown) {
    super('A request with this idempotency key is still being worked on.', { cause, retryAfter: 1 });
  }
}

export class IdempotencyMismatch extends defineError('key_reused', 'IDEMPOTENCY_MISMATCH') {
  constructor() {
    super('This idempotency key was used for another request.');
  }
}

/** The header is there, but holds no key. */
export const idempotencyKeyInvalid = () =>
  new ValidationFailed([
    {
      pointer: '#/headers/idempotency-key',
      code: 'idempotencyKey',
      detail: 'Idempotency-Key must be 1 to 255 characters of printable ASCII, bare or in double quotes',
    },
  ]);
