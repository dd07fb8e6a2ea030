import { defineError } from '../../core/errors/define-error.js';

export class UnknownPack extends defineError('invalid', 'UNKNOWN_PACK') {
  constructor(packs: readonly string[]) {
    super('There is no such pack of credits.', { details: { packs } });
  }
}

export class AlreadyPaid extends defineError('conflict', 'ALREADY_PAID') {
  constructor() {
    super('These credits are paid for already.');
  }
}
