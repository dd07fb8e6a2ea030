import { Conflict } from '../../core/errors/core.errors.js';
import { defineError, Violates } from '../../core/errors/define-error.js';

export class UnknownPack extends defineError('invalid', 'UNKNOWN_PACK') {
  constructor(packs: readonly string[]) {
    super('There is no such pack of credits.', { details: { packs } });
  }
}

// No route gets this far: for one reference nothing is tried twice, and everybody is welcomed once.
Violates('credit_entries_organization_id_reference_reason_key')(Conflict);
Violates('credit_entries_reference_key')(Conflict);
