import { defineError } from '../errors/define-error.js';

export class SignatureInvalid extends defineError('unauthenticated', 'SIGNATURE_INVALID') {
  constructor(cause?: unknown) {
    super('The signature of this event is missing, wrong or too old.', { cause });
  }
}
