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
